// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.peers;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A model of one operator in ONNX's protocol buffer format, of which it needs a dozen fields: numbers in the comments are
 * those of {@code onnx.proto}. Input shapes are fixed, so that the runtime may plan for them; output shapes follow.
 */
final class OnnxModel {
    static final int FLOAT = 1;
    static final int INT64 = 7;

    private static final int IR_VERSION = 8;
    private static final int OPERATOR_SET = 13;
    private static final int ATTRIBUTE_INT = 2;
    private static final int ATTRIBUTE_INTS = 7;
    private static final int ATTRIBUTE_STRING = 3;

    private final String operator;
    private final List<byte[]> attributes = new ArrayList<>();
    private final List<byte[]> inputs = new ArrayList<>();
    private final List<String> names = new ArrayList<>();

    OnnxModel(String operator) {
        this.operator = operator;
    }

    OnnxModel input(String name, int type, long... sizes) {
        Message shape = new Message();
        for (long size : sizes) {
            shape.field(1, new Message().field(1, size)); // dim, dim_value
        }
        Message tensor = new Message().field(1, type).field(2, shape); // elem_type, shape
        inputs.add(valueInfo(name, tensor));
        names.add(name);
        return this;
    }

    OnnxModel attribute(String name, long value) {
        attributes.add(new Message()
                .field(1, name)
                .field(3, value) // i
                .field(20, ATTRIBUTE_INT)
                .bytes());
        return this;
    }

    OnnxModel attributeList(String name, long value) {
        attributes.add(new Message()
                .field(1, name)
                .field(8, value) // ints
                .field(20, ATTRIBUTE_INTS)
                .bytes());
        return this;
    }

    OnnxModel attribute(String name, String value) {
        attributes.add(new Message()
                .field(1, name)
                .field(4, value) // s
                .field(20, ATTRIBUTE_STRING)
                .bytes());
        return this;
    }

    /** The model with one output. */
    byte[] bytes(String output) {
        Message node = new Message();
        names.forEach(name -> node.field(1, name));
        node.field(2, output).field(4, operator);
        attributes.forEach(attribute -> node.field(5, attribute));
        Message graph = new Message().field(1, node).field(2, operator);
        inputs.forEach(input -> graph.field(11, input));
        graph.field(12, valueInfo(output, new Message().field(1, FLOAT)));
        return new Message()
                .field(1, IR_VERSION)
                .field(7, graph)
                .field(8, new Message().field(2, OPERATOR_SET)) // opset_import
                .bytes();
    }

    private static byte[] valueInfo(String name, Message tensor) {
        return new Message()
                .field(1, name)
                .field(2, new Message().field(1, tensor)) // type, tensor_type
                .bytes();
    }

    /** Writes fields: a key of number and wire type, then a varint or a length and its bytes. */
    private static final class Message {
        private static final int VARINT = 0;
        private static final int LENGTH_DELIMITED = 2;

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Message field(int number, long value) {
            varint(((long) number << 3) | VARINT);
            varint(value);
            return this;
        }

        Message field(int number, byte[] value) {
            varint(((long) number << 3) | LENGTH_DELIMITED);
            varint(value.length);
            out.writeBytes(value);
            return this;
        }

        Message field(int number, String value) {
            return field(number, value.getBytes(StandardCharsets.UTF_8));
        }

        Message field(int number, Message value) {
            return field(number, value.bytes());
        }

        byte[] bytes() {
            return out.toByteArray();
        }

        private void varint(long value) {
            long rest = value;
            while ((rest & ~0x7FL) != 0) {
                out.write((int) ((rest & 0x7F) | 0x80));
                rest >>>= 7;
            }
            out.write((int) rest);
        }
    }
}
