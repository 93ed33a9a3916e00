// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import java.util.Arrays;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.Map;

/** Copies of all memory that a call can reach, to find out what it has written. */
final class Memory {
    private final Call call;
    private final IdentityHashMap<Object, Store> stores = new IdentityHashMap<>();
    private final IdentityHashMap<Object, byte[]> copies = new IdentityHashMap<>();

    Memory(Call call) {
        this.call = call;
        call.arguments.values().forEach(this::keep);
        keep(call.receiver);
        if (call.get("results") != null) {
            Results.of(call.get("results"), call.options.entropy).views().forEach(this::keep);
        }
    }

    private void keep(Object value) {
        if (value instanceof View view) {
            keep(view.store());
        } else if (value instanceof Ragged ragged) {
            keep(ragged.span().store());
        } else if (value instanceof Data data) {
            keep(data.store());
        } else if (value != null && value.getClass().isArray()) {
            keep(Store.of(value));
        }
    }

    private void keep(Store store) {
        if (stores.putIfAbsent(store.root(), store) == null) {
            copies.put(store.root(), store.bytes());
        }
    }

    /** What was written that must not be, or null. */
    String trespass(boolean returned) {
        for (Map.Entry<String, Object> entry : call.arguments.entrySet()) {
            if (entry.getValue() instanceof Flags flags && flags.isChanged()) {
                return entry.getKey() + " has been changed";
            }
        }
        IdentityHashMap<Object, BitSet> outputs = returned ? outputs() : new IdentityHashMap<>();
        for (Map.Entry<Object, Store> entry : stores.entrySet()) {
            byte[] before = copies.get(entry.getKey());
            byte[] after = entry.getValue().bytes();
            BitSet free = outputs.getOrDefault(entry.getKey(), new BitSet());
            for (int i = Arrays.mismatch(before, after); i >= 0 && i < before.length; i++) {
                if (before[i] != after[i] && !free.get(i)) {
                    return "byte " + i + " of " + entry.getValue() + " was " + (before[i] & 0xff) + " and is "
                            + (after[i] & 0xff);
                }
            }
        }
        return null;
    }

    /** The bytes that the call may have written, of each memory. */
    private IdentityHashMap<Object, BitSet> outputs() {
        IdentityHashMap<Object, BitSet> outputs = new IdentityHashMap<>();
        call.views().forEach((name, view) -> {
            if (call.form.isOutput(name)) {
                free(outputs, view);
            }
        });
        for (Call.Row row : call.rows()) {
            if (row.output()) {
                int width = call.form.element().type().byteSize();
                outputs.computeIfAbsent(row.array(), root -> new BitSet())
                        .set(row.offset() * width, (row.offset() + row.length()) * width);
            }
        }
        if (call.get("output") instanceof long[] all) {
            outputs.computeIfAbsent(all, root -> new BitSet()).set(0, all.length * Long.BYTES);
        }
        if (call.get("results") != null) {
            Results.of(call.get("results"), call.options.entropy).views().forEach(view -> free(outputs, view));
        }
        if (call.form.isSetter()) {
            View view = (View) call.receiver;
            int[] index = (int[]) call.get("index");
            int place = 0;
            for (int d = 0; d < index.length; d++) {
                place += index[d] * view.stride(d);
            }
            free(outputs, view, view.start() + (long) place * view.width());
        }
        return outputs;
    }

    private static void free(IdentityHashMap<Object, BitSet> outputs, View view) {
        for (long at : view.addresses()) {
            free(outputs, view, at);
        }
    }

    private static void free(IdentityHashMap<Object, BitSet> outputs, View view, long at) {
        outputs.computeIfAbsent(view.store().root(), root -> new BitSet()).set((int) at, (int) at + view.width());
    }
}
