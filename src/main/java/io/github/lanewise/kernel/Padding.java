// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

/**
 * Two cache lines before the fields of a subclass, for scratch objects whose fields are written all the time. Collectors move the
 * scratch of several threads next to each other, and a line that two cores write to goes from one to the other at each write: that
 * made calls of two threads at a time take twice as long as those of one. The JVM lays a superclass's fields first, but fills a gap
 * of four bytes that a header may leave before them.
 */
@SuppressWarnings("unused")
public abstract class Padding {
    private int gap;
    private long p0;
    private long p1;
    private long p2;
    private long p3;
    private long p4;
    private long p5;
    private long p6;
    private long p7;
    private long p8;
    private long p9;
    private long p10;
    private long p11;
    private long p12;
    private long p13;
    private long p14;
    private long p15;

    /** For subclasses. */
    protected Padding() {}
}
