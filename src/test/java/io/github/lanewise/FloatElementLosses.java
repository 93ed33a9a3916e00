// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.SplittableRandom;

/** The losses of single elements behind one face, and arguments for them, so that one suite serves them all. */
final class FloatElementLosses {
    private FloatElementLosses() {}

    interface Forward {
        float of(FloatTensor input, FloatTensor target);
    }

    interface ForwardEach {
        void of(FloatTensor input, FloatTensor target, FloatTensor perSample);
    }

    interface ForwardBackward {
        float of(FloatTensor input, FloatTensor target, FloatTensor gradInput);
    }

    interface ForwardBackwardBoth {
        float of(FloatTensor input, FloatTensor target, FloatTensor gradInput, FloatTensor gradTarget);
    }

    interface ForwardBackwardEach {
        void of(
                FloatTensor input,
                FloatTensor target,
                FloatTensor gradOutput,
                FloatTensor perSample,
                FloatTensor gradInput);
    }

    interface ForwardBackwardEachBoth {
        void of(
                FloatTensor input,
                FloatTensor target,
                FloatTensor gradOutput,
                FloatTensor perSample,
                FloatTensor gradInput,
                FloatTensor gradTarget);
    }

    interface Backward {
        void of(FloatTensor input, FloatTensor target, float gradOutput, FloatTensor gradInput);
    }

    interface BackwardBoth {
        void of(FloatTensor input, FloatTensor target, float gradOutput, FloatTensor gradInput, FloatTensor gradTarget);
    }

    interface BackwardEach {
        void of(FloatTensor input, FloatTensor target, FloatTensor gradOutput, FloatTensor gradInput);
    }

    interface BackwardEachBoth {
        void of(
                FloatTensor input,
                FloatTensor target,
                FloatTensor gradOutput,
                FloatTensor gradInput,
                FloatTensor gradTarget);
    }

    interface Sum {
        LossSum of(FloatTensor input, FloatTensor target);
    }

    /** All methods of a loss. */
    record Loss(
            Forward forward,
            ForwardEach forwardEach,
            ForwardBackward forwardBackward,
            ForwardBackwardBoth forwardBackwardBoth,
            ForwardBackwardEach forwardBackwardEach,
            ForwardBackwardEachBoth forwardBackwardEachBoth,
            Backward backward,
            BackwardBoth backwardBoth,
            BackwardEach backwardEach,
            BackwardEachBoth backwardEachBoth,
            Sum sum) {
        static Loss of(BceLoss loss) {
            return new Loss(
                    loss::forward,
                    loss::forward,
                    loss::forwardBackward,
                    loss::forwardBackward,
                    loss::forwardBackward,
                    loss::forwardBackward,
                    loss::backward,
                    loss::backward,
                    loss::backward,
                    loss::backward,
                    loss::sum);
        }

        static Loss of(BceWithLogitsLoss loss) {
            return new Loss(
                    loss::forward,
                    loss::forward,
                    loss::forwardBackward,
                    loss::forwardBackward,
                    loss::forwardBackward,
                    loss::forwardBackward,
                    loss::backward,
                    loss::backward,
                    loss::backward,
                    loss::backward,
                    loss::sum);
        }

        static Loss of(KlDivLoss loss) {
            return new Loss(
                    loss::forward,
                    loss::forward,
                    loss::forwardBackward,
                    loss::forwardBackward,
                    loss::forwardBackward,
                    loss::forwardBackward,
                    loss::backward,
                    loss::backward,
                    loss::backward,
                    loss::backward,
                    loss::sum);
        }
    }

    /** A loss with options, its formula in double and its derivatives. */
    enum Kind {
        BCE {
            @Override
            Loss loss(Reduction reduction, Denominator denominator, OnEmpty empty) {
                return Loss.of(BceLoss.builder()
                        .reduction(reduction)
                        .denominator(denominator)
                        .emptyMean(empty)
                        .build());
            }

            @Override
            double value(double x, double t) {
                return -(t * Math.max(Math.log(x), -100.0) + (1.0 - t) * Math.max(Math.log1p(-x), -100.0));
            }

            @Override
            double slope(double x, double t) {
                return (x - t) / Math.max((1.0 - x) * x, 1e-12);
            }

            @Override
            double targetSlope(double x, double t) {
                return Math.max(Math.log1p(-x), -100.0) - Math.max(Math.log(x), -100.0);
            }
        },
        BCE_EXACT {
            @Override
            Loss loss(Reduction reduction, Denominator denominator, OnEmpty empty) {
                return Loss.of(BceLoss.builder()
                        .exact(true)
                        .reduction(reduction)
                        .denominator(denominator)
                        .emptyMean(empty)
                        .build());
            }

            @Override
            double value(double x, double t) {
                return -(t * Math.log(x) + (1.0 - t) * Math.log1p(-x));
            }

            @Override
            double slope(double x, double t) {
                return (1.0 - t) / (1.0 - x) - t / x;
            }

            @Override
            double targetSlope(double x, double t) {
                return Math.log1p(-x) - Math.log(x);
            }
        },
        LOGITS {
            @Override
            Loss loss(Reduction reduction, Denominator denominator, OnEmpty empty) {
                return Loss.of(BceWithLogitsLoss.builder()
                        .reduction(reduction)
                        .denominator(denominator)
                        .emptyMean(empty)
                        .build());
            }

            @Override
            double value(double x, double t) {
                return (1.0 - t) * softplus(x) + t * softplus(-x);
            }

            @Override
            double slope(double x, double t) {
                return 1.0 / (1.0 + Math.exp(-x)) - t;
            }

            @Override
            double targetSlope(double x, double t) {
                return -x;
            }
        },
        LOGITS_POSITIVE_WEIGHT {
            @Override
            Loss loss(Reduction reduction, Denominator denominator, OnEmpty empty) {
                return Loss.of(BceWithLogitsLoss.builder()
                        .posWeight(2.5)
                        .weight(0.5f)
                        .reduction(reduction)
                        .denominator(denominator)
                        .emptyMean(empty)
                        .build());
            }

            @Override
            double value(double x, double t) {
                return 0.5 * ((1.0 - t) * softplus(x) + 2.5 * t * softplus(-x));
            }

            @Override
            double slope(double x, double t) {
                return 0.5 * ((1.0 - t + 2.5 * t) / (1.0 + Math.exp(-x)) - 2.5 * t);
            }

            @Override
            double targetSlope(double x, double t) {
                return 0.5 * (2.5 * softplus(-x) - softplus(x));
            }
        },
        KL {
            @Override
            Loss loss(Reduction reduction, Denominator denominator, OnEmpty empty) {
                return Loss.of(KlDivLoss.builder()
                        .reduction(reduction)
                        .denominator(denominator)
                        .emptyMean(empty)
                        .build());
            }

            @Override
            double value(double x, double t) {
                return t * (Math.log(t) - x);
            }

            @Override
            double slope(double x, double t) {
                return -t;
            }

            @Override
            double targetSlope(double x, double t) {
                return Math.log(t) + 1.0 - x;
            }
        },
        KL_LOG_TARGET {
            @Override
            Loss loss(Reduction reduction, Denominator denominator, OnEmpty empty) {
                return Loss.of(KlDivLoss.builder()
                        .logTarget(true)
                        .reduction(reduction)
                        .denominator(denominator)
                        .emptyMean(empty)
                        .build());
            }

            @Override
            double value(double x, double t) {
                return Math.exp(t) * (t - x);
            }

            @Override
            double slope(double x, double t) {
                return -Math.exp(t);
            }

            @Override
            double targetSlope(double x, double t) {
                return Math.exp(t) * (t - x + 1.0);
            }
        };

        abstract Loss loss(Reduction reduction, Denominator denominator, OnEmpty empty);

        abstract double value(double x, double t);

        abstract double slope(double x, double t);

        abstract double targetSlope(double x, double t);

        Loss loss(Reduction reduction) {
            return loss(reduction, Denominator.ELEMENTS, OnEmpty.NAN);
        }

        boolean hasProbabilities() {
            return this == BCE || this == BCE_EXACT;
        }

        boolean repeats() {
            return this == KL || this == KL_LOG_TARGET;
        }

        /** Inputs in the range of this loss. */
        float[] inputs(SplittableRandom random, int length) {
            float[] values = new float[length];
            for (int i = 0; i < length; i++) {
                values[i] = hasProbabilities()
                        ? (float) random.nextDouble(0.001, 0.999)
                        : (float) random.nextGaussian(repeats() ? -4.0 : 0.0, 3.0);
            }
            return values;
        }

        /** Targets in the range of this loss. */
        float[] targets(SplittableRandom random, int length) {
            float[] values = new float[length];
            for (int i = 0; i < length; i++) {
                values[i] = (float) (this == KL_LOG_TARGET ? random.nextDouble(-6, 0) : random.nextDouble(0.01, 1));
            }
            return values;
        }
    }

    static double softplus(double x) {
        return Math.max(x, 0.0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    /** A row-major view of zeros. */
    static FloatTensor empty(int... shape) {
        return FloatTensor.of(new float[Shapes.numel(shape)], shape);
    }
}
