// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.

// What native code reaches on this machine: some of the operations in C with AVX-512, one thread, to 1 to 2 ulp and without a care for
// special values. Prints a line for each shape and operation: shape, operation, nanoseconds a call, nanoseconds an element.
//
//     gcc -O3 -march=native -o limit jmh/limit/limit.c -lm && ./limit
//     ... io.github.lanewise.jmh.Compare --limit-command ./limit

#include <immintrin.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { LANES = 16, STEP = 4 * LANES, TRIES = 25, ELEMENTS_A_TRY = 2000000 };

typedef __m512 V;

static inline V all(float x) { return _mm512_set1_ps(x); }
static inline V load(const float *x) { return _mm512_loadu_ps(x); }
static inline V multiply_add(V a, V b, V c) { return _mm512_fmadd_ps(a, b, c); }
static inline V add(V a, V b) { return _mm512_add_ps(a, b); }
static inline V subtract(V a, V b) { return _mm512_sub_ps(a, b); }

// The lanes that a row of which so many elements are left fills.
static inline __mmask16 lanes(int left) { return left >= LANES ? 0xffff : (__mmask16) ((1u << left) - 1u); }

static inline V read(const float *x, int left) {
    return left >= LANES ? load(x) : _mm512_maskz_loadu_ps(lanes(left), x);
}

static inline void write(float *out, int left, V x) {
    if (left >= LANES) {
        _mm512_storeu_ps(out, x);
    } else {
        _mm512_mask_storeu_ps(out, lanes(left), x);
    }
}

static inline V exponential(V x) {
    V n = _mm512_roundscale_ps(_mm512_mul_ps(x, all(0x1.715476p+0f)), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    V r = multiply_add(n, all(-0x1.62e430p-1f), x);
    r = multiply_add(n, all(0x1.05c610p-29f), r);
    // 1 + r + r^2 (c0 + ... + c3 r^3), to 1.8 units of 2^-24 of the exponential.
    V q = multiply_add(r, all(0x1.106264p-7f), all(0x1.572a38p-5f));
    q = multiply_add(q, r, all(0x1.5557bp-3f));
    q = multiply_add(q, r, all(0x1.fffdfcp-2f));
    q = multiply_add(q, r, all(1.0f));
    q = multiply_add(q, r, all(1.0f));
    return _mm512_scalef_ps(q, n);
}

// log(1 + e) for e in [0, 1], to half a unit of 2^-24 and the roundings.
static inline V log_one_plus(V e) {
    static const float c[] = {-0x1.aad1eep-9f, 0x1.4628b0p-6f, -0x1.d3784ep-5f, 0x1.b2c2a2p-4f, -0x1.399642p-3f,
                              0x1.930202p-3f, -0x1.ff11c2p-3f, 0x1.554c9cp-2f, -0x1.ffffc0p-2f, 1.0f};
    V q = all(c[0]);
    for (int i = 1; i < (int) (sizeof c / sizeof *c); i++) {
        q = multiply_add(q, e, all(c[i]));
    }
    return _mm512_mul_ps(q, e);
}

static float greatest(const float *x, int n) {
    V most[4];
    for (int k = 0; k < 4; k++) {
        most[k] = all(-INFINITY);
    }
    int i = 0;
    for (; i + STEP <= n; i += STEP) {
        for (int k = 0; k < 4; k++) {
            most[k] = _mm512_max_ps(most[k], load(x + i + k * LANES));
        }
    }
    for (; i + LANES <= n; i += LANES) {
        most[0] = _mm512_max_ps(most[0], load(x + i));
    }
    if (i < n) {
        most[1] = _mm512_mask_max_ps(most[1], lanes(n - i), most[1], read(x + i, n - i));
    }
    return _mm512_reduce_max_ps(_mm512_max_ps(_mm512_max_ps(most[0], most[1]), _mm512_max_ps(most[2], most[3])));
}

static float sum_of_exponentials(const float *x, int n, float max) {
    V sum[4];
    for (int k = 0; k < 4; k++) {
        sum[k] = _mm512_setzero_ps();
    }
    int i = 0;
    for (; i + STEP <= n; i += STEP) {
        for (int k = 0; k < 4; k++) {
            sum[k] = add(sum[k], exponential(subtract(load(x + i + k * LANES), all(max))));
        }
    }
    for (; i + LANES <= n; i += LANES) {
        sum[0] = add(sum[0], exponential(subtract(load(x + i), all(max))));
    }
    if (i < n) {
        V term = exponential(subtract(read(x + i, n - i), all(max)));
        sum[1] = _mm512_mask_add_ps(sum[1], lanes(n - i), sum[1], term);
    }
    return _mm512_reduce_add_ps(add(add(sum[0], sum[1]), add(sum[2], sum[3])));
}

// Every operation takes an input, an output, of which a binary loss reads its targets, and a number of elements, and answers a number.
typedef float (*operation)(const float *, float *, int);

__attribute__((noinline)) static float log_sum_exp(const float *x, float *out, int n) {
    (void) out;
    float max = greatest(x, n);
    return max + logf(sum_of_exponentials(x, n, max));
}

__attribute__((noinline)) static float log_softmax(const float *x, float *out, int n) {
    float result = log_sum_exp(x, out, n);
    for (int i = 0; i < n; i += LANES) {
        write(out + i, n - i, subtract(read(x + i, n - i), all(result)));
    }
    return result;
}

// Exponentials are computed anew, as by a gradient of cross entropy that keeps none.
__attribute__((noinline)) static float softmax(const float *x, float *out, int n) {
    float result = log_sum_exp(x, out, n);
    for (int i = 0; i < n; i += LANES) {
        write(out + i, n - i, exponential(subtract(read(x + i, n - i), all(result))));
    }
    return result;
}

__attribute__((noinline)) static float sigmoid(const float *x, float *out, int n) {
    for (int i = 0; i < n; i += LANES) {
        V value = read(x + i, n - i);
        V e = exponential(subtract(_mm512_setzero_ps(), _mm512_abs_ps(value)));
        V larger = _mm512_div_ps(all(1.0f), add(all(1.0f), e));
        __mmask16 below = _mm512_cmp_ps_mask(value, _mm512_setzero_ps(), _CMP_LT_OQ);
        write(out + i, n - i, _mm512_mask_mul_ps(larger, below, larger, e));
    }
    return out[0];
}

__attribute__((noinline)) static float bce_logits(const float *x, float *target, int n) {
    V logs = _mm512_setzero_ps();
    V linear = _mm512_setzero_ps();
    for (int i = 0; i + LANES <= n; i += LANES) {
        V value = load(x + i);
        logs = add(logs, log_one_plus(exponential(subtract(_mm512_setzero_ps(), _mm512_abs_ps(value)))));
        V positive = _mm512_max_ps(value, _mm512_setzero_ps());
        linear = add(linear, _mm512_fnmadd_ps(value, load(target + i), positive));
    }
    return _mm512_reduce_add_ps(add(logs, linear));
}

__attribute__((noinline)) static float copy(const float *x, float *out, int n) {
    for (int i = 0; i < n; i += LANES) {
        write(out + i, n - i, read(x + i, n - i));
    }
    return out[0];
}

static volatile float kept;

static double nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1e9 + now.tv_nsec;
}

// The best of some tries, each of as many calls as make two million elements.
static double time_of(operation run, int by_row, const float *x, float *out, int rows, int n) {
    int calls = ELEMENTS_A_TRY / (rows * n) + 1;
    double best = INFINITY;
    for (int attempt = 0; attempt < TRIES; attempt++) {
        double begin = nanoseconds();
        for (int call = 0; call < calls; call++) {
            if (by_row) {
                for (int row = 0; row < rows; row++) {
                    kept = run(x + (size_t) row * n, out + (size_t) row * n, n);
                }
            } else {
                kept = run(x, out, rows * n);
            }
        }
        best = fmin(best, (nanoseconds() - begin) / calls);
    }
    return best;
}

int main(void) {
    static const struct {
        const char *name;
        operation run;
        int by_row;
    } operations[] = {{"lse", log_sum_exp, 1},  {"log_softmax", log_softmax, 1}, {"softmax", softmax, 1},
                      {"sigmoid", sigmoid, 0}, {"bce_logits", bce_logits, 0},   {"copy", copy, 0}};
    static const int shapes[][2] = {{1, 10},      {1, 128},       {1, 1000},   {1, 32000},   {1, 128256},
                                    {64, 1000},   {1024, 1000},   {32, 32000}, {100000, 10}, {128, 128256}};
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        int rows = shapes[s][0];
        int n = shapes[s][1];
        size_t elements = (size_t) rows * n;
        size_t bytes = (elements * sizeof(float) + 4096) / 64 * 64;
        float *x = aligned_alloc(64, bytes);
        float *out = aligned_alloc(64, bytes);
        if (x == NULL || out == NULL) {
            fprintf(stderr, "there is no memory for %zu bytes twice\n", bytes);
            return 1;
        }
        for (size_t i = 0; i < elements; i++) {
            x[i] = (float) rand() / RAND_MAX * 12.0f - 6.0f;
            out[i] = (float) (rand() & 1);
        }
        for (size_t k = 0; k < sizeof operations / sizeof *operations; k++) {
            double ns = time_of(operations[k].run, operations[k].by_row, x, out, rows, n);
            printf("%dx%d %s %.1f %.4f\n", rows, n, operations[k].name, ns, ns / elements);
        }
        free(x);
        free(out);
    }
    return 0;
}
