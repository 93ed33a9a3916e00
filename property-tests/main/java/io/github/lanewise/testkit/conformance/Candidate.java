// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.conformance;

import io.github.lanewise.Softmax;
import io.github.lanewise.testkit.LossImplementation;
import io.github.lanewise.testkit.Precision;
import io.github.lanewise.testkit.lanewise.DoubleLanewise;
import io.github.lanewise.testkit.lanewise.FloatLanewise;
import io.github.lanewise.testkit.reference.NaiveReference;
import java.lang.reflect.InvocationTargetException;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What is checked: Lanewise on the kernels that it chooses, on those of a name, the kit's own plain reference, or a class of a name. */
abstract class Candidate {
    private static final String USUAL = "lanewise";

    /** The names that {@link Converter} knows, for people. */
    static final String NAMES =
            "lanewise, vector (its vector kernels), scalar (its scalar twin), naive (the kit's plain loops), or the name"
                    + " of a class on the class path that implements LossImplementation and has a public constructor with a Precision or nothing;"
                    + " default: ${DEFAULT-VALUE}";

    /** Read by the library once, when it is first used. */
    private static final String PROPERTY = "lanewise.kernels";

    private final String name;

    private Candidate(String name) {
        this.name = name;
    }

    /** What is checked if nothing is said. */
    static Candidate usual() {
        return new Lanewise(USUAL);
    }

    /**
     * Makes the choice of kernels. Has to come before the first use of the library, and only once in a JVM.
     *
     * @throws IllegalStateException if these kernels can't be had
     */
    void select() {
        // Most have none.
    }

    /**
     * The implementation in a type.
     *
     * @return it, or nothing if it is not there in this type
     */
    abstract Optional<LossImplementation> in(Precision precision);

    /** The name on the command line. */
    @Override
    public final String toString() {
        return name;
    }

    /** Makes one of its name. */
    static final class Converter implements ITypeConverter<Candidate> {
        Converter() {}

        @Override
        public Candidate convert(String name) {
            String known = name.toLowerCase(Locale.ROOT);
            return switch (known) {
                case "naive" -> new Reference();
                case "lanewise", "vector", "scalar" -> new Lanewise(known);
                default -> Foreign.of(name);
            };
        }
    }

    private static final class Reference extends Candidate {
        Reference() {
            super("naive");
        }

        @Override
        Optional<LossImplementation> in(Precision precision) {
            return Optional.of(new NaiveReference(precision));
        }
    }

    private static final class Lanewise extends Candidate {
        Lanewise(String name) {
            super(name);
        }

        @Override
        void select() {
            if (!toString().equals(USUAL)) {
                System.setProperty(PROPERTY, toString());
            }
            try {
                // Any call will do.
                Softmax.logSumExp(new float[1], 0, 1);
            } catch (LinkageError e) {
                throw new IllegalStateException(rootOf(e).getMessage(), e);
            }
        }

        @Override
        Optional<LossImplementation> in(Precision precision) {
            return Optional.of(precision == Precision.FLOAT ? new FloatLanewise() : new DoubleLanewise());
        }
    }

    /** A class that is not the kit's. */
    private static final class Foreign extends Candidate {
        private final Class<? extends LossImplementation> type;

        private Foreign(Class<? extends LossImplementation> type) {
            super(type.getName());
            this.type = type;
        }

        static Foreign of(String name) {
            Class<?> found;
            try {
                found = Class.forName(name);
            } catch (ClassNotFoundException | LinkageError e) {
                throw new TypeConversionException("'" + name
                        + "' is none of lanewise, vector, scalar, naive, and no class on the class path (" + rootOf(e)
                        + "); java -jar has no other class path than the jar, so give both to java -cp");
            }
            if (!LossImplementation.class.isAssignableFrom(found)) {
                throw new TypeConversionException(name + " does not implement " + LossImplementation.class.getName());
            }
            return new Foreign(found.asSubclass(LossImplementation.class));
        }

        @Override
        Optional<LossImplementation> in(Precision precision) {
            LossImplementation made = make(precision);
            return made.precision() == precision ? Optional.of(made) : Optional.empty();
        }

        private LossImplementation make(Precision precision) {
            try {
                return type.getConstructor(Precision.class).newInstance(precision);
            } catch (NoSuchMethodException e) {
                // Of one type alone, then.
            } catch (ReflectiveOperationException e) {
                throw failed(e);
            }
            try {
                return type.getConstructor().newInstance();
            } catch (ReflectiveOperationException e) {
                throw failed(e);
            }
        }

        private IllegalStateException failed(ReflectiveOperationException e) {
            return new IllegalStateException(
                    "no " + type.getName() + " can be made by a public constructor with a Precision or nothing: "
                            + (e instanceof InvocationTargetException ? e.getCause() : e),
                    e);
        }
    }

    private static Throwable rootOf(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
