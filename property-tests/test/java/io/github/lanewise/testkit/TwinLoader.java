// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * Loads the library and its adapter a second time, on the scalar twin, whatever the rest of this JVM runs on. Everything else
 * is shared, so that both can be compared.
 */
final class TwinLoader extends ClassLoader {
    private static final String LIBRARY = "io.github.lanewise.";
    private static final String KIT = "io.github.lanewise.testkit.";
    private static final String ADAPTER = KIT + "lanewise.";
    private static final String PROPERTY = "lanewise.kernels";

    private TwinLoader() {
        super(TwinLoader.class.getClassLoader());
    }

    /** An adapter of Lanewise on the scalar twin. */
    static LossImplementation scalar(Class<? extends LossImplementation> adapter) {
        String before = System.getProperty(PROPERTY);
        System.setProperty(PROPERTY, "scalar");
        try {
            ClassLoader loader = new TwinLoader();
            // The choice of kernels is made when this class is set up.
            Class.forName("io.github.lanewise.kernel.Kernels", true, loader);
            return Class.forName(adapter.getName(), true, loader)
                    .asSubclass(LossImplementation.class)
                    .getConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        } finally {
            if (before == null) {
                System.clearProperty(PROPERTY);
            } else {
                System.setProperty(PROPERTY, before);
            }
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        boolean twice = name.startsWith(LIBRARY) && !name.startsWith(KIT);
        if (!twice && !name.startsWith(ADAPTER)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        String resource = name.replace('.', '/') + ".class";
        try (InputStream content = Objects.requireNonNull(getParent()).getResourceAsStream(resource)) {
            if (content == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = content.readAllBytes();
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }
}
