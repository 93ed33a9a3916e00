// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.peers;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.lanewise.jmh.candidate.Answer;
import io.github.lanewise.jmh.candidate.Candidate;
import io.github.lanewise.jmh.candidate.Implementation;
import io.github.lanewise.jmh.candidate.Operation;
import io.github.lanewise.jmh.candidate.Problem;
import io.github.lanewise.jmh.candidate.Shape;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * ONNX Runtime through its own Java API, on one thread: models of one operator, values only. A call runs the session on
 * tensors made before, and closes the result.
 */
public final class OnnxRuntime implements Implementation {
    private static final String INPUT = "x";
    private static final String TARGET = "target";
    private static final String OUTPUT = "y";

    /** Found as a service. */
    public OnnxRuntime() {}

    @Override
    public String name() {
        return "onnx";
    }

    @Override
    public String description() {
        return "ONNX Runtime " + OrtEnvironment.getEnvironment().getVersion() + ", 1 thread";
    }

    @Override
    public boolean offers(Operation operation, boolean gradient, Shape shape) {
        return !gradient
                && switch (operation) {
                    case LOG_SUM_EXP, SOFTMAX, LOG_SOFTMAX, NLL, CROSS_ENTROPY, EXP, LOG, TANH, SIGMOID, SOFTPLUS ->
                        true;
                    default -> false;
                };
    }

    private static OnnxModel model(Operation operation) {
        return switch (operation) {
            case LOG_SUM_EXP ->
                new OnnxModel("ReduceLogSumExp").attributeList("axes", 1).attribute("keepdims", 0);
            case SOFTMAX -> new OnnxModel("Softmax").attribute("axis", 1);
            case LOG_SOFTMAX -> new OnnxModel("LogSoftmax").attribute("axis", 1);
            case NLL -> new OnnxModel("NegativeLogLikelihoodLoss").attribute("reduction", "mean");
            case CROSS_ENTROPY -> new OnnxModel("SoftmaxCrossEntropyLoss").attribute("reduction", "mean");
            case EXP -> new OnnxModel("Exp");
            case LOG -> new OnnxModel("Log");
            case TANH -> new OnnxModel("Tanh");
            case SIGMOID -> new OnnxModel("Sigmoid");
            case SOFTPLUS -> new OnnxModel("Softplus");
            default -> throw new IllegalArgumentException("onnx does not have " + operation.id());
        };
    }

    @Override
    public Candidate prepare(Problem problem) {
        try {
            return new SessionCandidate(problem);
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime rejects " + problem + ": " + e.getMessage(), e);
        }
    }

    private static final class SessionCandidate implements Candidate {
        private final Problem problem;
        private final OrtSession session;
        private final Map<String, OnnxTensor> inputs = new HashMap<>();

        SessionCandidate(Problem problem) throws OrtException {
            this.problem = problem;
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            long[] sizes = longs(problem.shape().sizes());
            OnnxModel model = model(problem.operation()).input(INPUT, OnnxModel.FLOAT, sizes);
            inputs.put(INPUT, OnnxTensor.createTensor(environment, FloatBuffer.wrap(problem.first()), sizes));
            if (problem.target().length > 0) {
                long[] rowSizes = longs(problem.shape().rowSizes());
                model.input(TARGET, OnnxModel.INT64, rowSizes);
                inputs.put(
                        TARGET,
                        OnnxTensor.createTensor(environment, LongBuffer.wrap(longs(problem.target())), rowSizes));
            }
            try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
                options.setIntraOpNumThreads(1);
                options.setInterOpNumThreads(1);
                session = environment.createSession(model.bytes(OUTPUT), options);
            }
        }

        private static long[] longs(int... numbers) {
            return Arrays.stream(numbers).asLongStream().toArray();
        }

        @Override
        public float call() {
            try (OrtSession.Result result = session.run(inputs)) {
                return result.size();
            } catch (OrtException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public Answer answer() {
            try (OrtSession.Result result = session.run(inputs)) {
                FloatBuffer buffer = ((OnnxTensor) result.get(0)).getFloatBuffer();
                float[] values = new float[buffer.remaining()];
                buffer.get(values);
                return new Answer(values, new float[0], new float[0]);
            } catch (OrtException e) {
                throw new IllegalStateException("ONNX Runtime fails at " + problem + ": " + e.getMessage(), e);
            }
        }

        @Override
        public void close() {
            inputs.values().forEach(OnnxTensor::close);
            try {
                session.close();
            } catch (OrtException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
