// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.promotion;

import java.io.IOException;
import java.io.InputStream;

/** Defines the classes of a package once more, from where they came from, and takes those of other packages as they are. */
final class PackageCopy extends ClassLoader {
    /** A class of the package. */
    private final Class<?> original;

    private PackageCopy(Class<?> original) {
        super("copy of ".concat(original.getPackageName()), original.getClassLoader());
        this.original = original;
        // Within a named module the copies, which are in none, see only what is exported to them.
        Module own = PackageCopy.class.getModule();
        if (own.isNamed()) {
            for (String name : own.getPackages()) {
                own.addExports(name, getUnnamedModule());
            }
        }
    }

    /**
     * A class as another one of the same name.
     *
     * @throws ClassNotFoundException if the code of a class can't be found
     */
    static Class<?> of(Class<?> original) throws ClassNotFoundException {
        return new PackageCopy(original).loadClass(original.getName());
    }

    private boolean isCopied(String name) {
        String prefix = original.getPackageName();
        return name.startsWith(prefix) && name.lastIndexOf('.') == prefix.length();
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!isCopied(name)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? findClass(name) : loaded;
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        if (!isCopied(name)) {
            throw new ClassNotFoundException(name);
        }
        String file = name.substring(name.lastIndexOf('.') + 1).concat(".class");
        try (InputStream code = original.getResourceAsStream(file)) {
            if (code == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = code.readAllBytes();
            return defineClass(name, bytes, 0, bytes.length, original.getProtectionDomain());
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }
}
