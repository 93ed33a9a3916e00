// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

/**
 * How label smoothing takes probability from the target class and spreads it. People mix the conventions up, so each has a
 * name here. With {@code e} the amount, {@code K} classes, target {@code y}, log-probabilities {@code lp} and class weights
 * {@code w} (1 unless given), the loss of a sample is
 *
 * <table>
 * <caption>Conventions</caption>
 * <tr><th>convention</th><th>loss</th><th>probability of the target, of each other class</th></tr>
 * <tr><td>{@link #uniform}</td><td>{@code -(1 - e) w[y] lp[y] - e/K sum_c w[c] lp[c]}</td>
 *     <td>{@code 1 - e + e/K}, {@code e/K}</td></tr>
 * <tr><td>{@link #others}</td><td>{@code -(1 - e) w[y] lp[y] - e/(K-1) sum_(c != y) w[c] lp[c]}</td>
 *     <td>{@code 1 - e}, {@code e/(K-1)}</td></tr>
 * <tr><td>{@link #targetWeighted}</td><td>{@code -(1 - e) w[y] lp[y] - e/K sum_c lp[c]}</td>
 *     <td>as uniform</td></tr>
 * </table>
 *
 * <p>Class probabilities {@code t} are mixed as one-hot ones are: {@code (1 - e) t[c] + e/K}, and {@code (1 - e - e/(K-1))
 * t[c] + e/(K-1)} by {@code others}; {@code targetWeighted} needs a target class to weigh and takes no class weights there.
 *
 * <p>{@code others(e)} is {@code uniform(e * K / (K - 1))} without class weights. No convention builds the smoothed targets in
 * memory. Instances are immutable.
 */
public final class LabelSmoothing {
    /** No smoothing. */
    public static final LabelSmoothing NONE = new LabelSmoothing(0.0, false, true);

    private final double amount;
    private final boolean others;
    private final boolean weightsEveryClass;

    private LabelSmoothing(double amount, boolean others, boolean weightsEveryClass) {
        if (!(amount >= 0.0 && amount <= 1.0)) {
            throw new IllegalArgumentException(
                    "labelSmoothing " + amount + " is outside [0, 1]; 0.1 is a usual value, 0 is none");
        }
        this.amount = amount;
        this.others = others;
        this.weightsEveryClass = weightsEveryClass;
    }

    /**
     * Spread over all classes, the target included; each class's part has its own weight. PyTorch's convention, also that of
     * timm, optax and Keras.
     *
     * @param amount in [0, 1]
     * @return the convention
     * @throws IllegalArgumentException if the amount is outside [0, 1] or NaN
     */
    public static LabelSmoothing uniform(double amount) {
        return new LabelSmoothing(amount, false, true);
    }

    /**
     * Spread over the other classes only, so that the target keeps {@code 1 - e}; each class's part has its own weight. The
     * convention of fairseq. With a single class there is nothing to spread to, and the target keeps {@code 1 - e}.
     *
     * @param amount in [0, 1]
     * @return the convention
     * @throws IllegalArgumentException if the amount is outside [0, 1] or NaN
     */
    public static LabelSmoothing others(double amount) {
        return new LabelSmoothing(amount, true, true);
    }

    /**
     * Spread over all classes, with the class weight on the target's term only. The mean divides the target's terms by the sum
     * of their weights and the spread terms by the number of samples, as modules do that add a weighted negative
     * log-likelihood to an unweighted mean.
     *
     * @param amount in [0, 1]
     * @return the convention
     * @throws IllegalArgumentException if the amount is outside [0, 1] or NaN
     */
    public static LabelSmoothing targetWeighted(double amount) {
        return new LabelSmoothing(amount, false, false);
    }

    /**
     * How much is spread.
     *
     * @return the amount, in [0, 1]
     */
    public double amount() {
        return amount;
    }

    /** Whether nothing is spread. */
    boolean isNone() {
        return amount == 0.0;
    }

    /** Whether nothing is spread to the target. */
    boolean leavesTargetOut() {
        return others;
    }

    /** Whether the class weights apply to the spread part. */
    boolean weightsEveryClass() {
        return weightsEveryClass;
    }

    /** Factor of the negative log-probability of every class, the target included. */
    double every(int classes) {
        return others ? (classes == 1 ? 0.0 : amount / (classes - 1)) : amount / classes;
    }

    /** {@link #every} times the number of classes. */
    double everyTotal(int classes) {
        return others ? every(classes) * classes : amount;
    }

    /** What an upstream gradient makes of {@link #every}: nothing without smoothing, though it be infinite. */
    double ofEvery(int classes, double gradient) {
        return isNone() ? 0.0 : every(classes) * gradient;
    }

    /** What an upstream gradient makes of {@link #everyTotal}. */
    double ofEveryTotal(int classes, double gradient) {
        return isNone() ? 0.0 : everyTotal(classes) * gradient;
    }

    /** Factor of the negative log-probability of the target, beside what it has in {@link #every}. */
    double target(int classes) {
        return others ? (1.0 - amount) - every(classes) : 1.0 - amount;
    }

    /**
     * The convention and the amount.
     *
     * @return a description for messages
     */
    @Override
    public String toString() {
        return (others ? "others(" : weightsEveryClass ? "uniform(" : "targetWeighted(") + amount + ")";
    }
}
