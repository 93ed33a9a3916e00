// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.conformance;

import io.github.lanewise.testkit.LossPart;
import io.github.lanewise.testkit.Precision;
import io.github.lanewise.testkit.Tensor;
import io.github.lanewise.testkit.TwoGradients;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** A digest of the bits of results. */
final class Recorder {
    private final MessageDigest digest;
    private final Precision precision;

    Recorder(Precision precision) {
        this.digest = sha256();
        this.precision = precision;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Adds shape and bits; NaN with its bits, since the library's NaN are canonical. */
    Recorder add(Tensor result) {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * (1 + result.rank()) + Long.BYTES * result.count());
        bytes.putInt(result.rank());
        for (int size : result.shape()) {
            bytes.putInt(size);
        }
        for (int i = 0; i < result.count(); i++) {
            if (precision == Precision.FLOAT) {
                bytes.putInt(Float.floatToRawIntBits((float) result.get(i)));
            } else {
                bytes.putLong(Double.doubleToRawLongBits(result.get(i)));
            }
        }
        digest.update(bytes.flip());
        return this;
    }

    Recorder add(TwoGradients results) {
        return add(results.first()).add(results.second());
    }

    Recorder add(LossPart part) {
        ByteBuffer bytes = ByteBuffer.allocate(3 * Long.BYTES);
        bytes.putLong(Double.doubleToRawLongBits(part.sum()));
        bytes.putLong(Double.doubleToRawLongBits(part.denominator()));
        bytes.putLong(part.count());
        digest.update(bytes.flip());
        return this;
    }

    /** A call that is rejected is a result, too; what is said is not. */
    Recorder addRejected() {
        digest.update((byte) 1);
        return this;
    }

    byte[] get() {
        return digest.digest();
    }
}
