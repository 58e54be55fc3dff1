// Our kernels against references in 64 bits, and their times. On a card:
//   nvcc -O3 -std=c++17 -arch=native -lcublas kernels_test.cu -o kernels_test && ./kernels_test
// Without one, results only:
//   g++ -O1 -std=c++17 -DHOST_LANES -x c++ kernels_test.cu -o kernels_test && ./kernels_test
// Exit code 1 where a result is wrong. One line of JSON for each case.
#ifdef HOST_LANES
#include "host_lanes.h"
using std::isnan;
#else
#include <cublas_v2.h>
#include <cuda_runtime.h>
#endif
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <limits>
#include <memory>
#include <random>
#include <type_traits>
#include <string>
#include <thread>
#include <vector>

#include "../../HunyuanOcr.Inference/Execution/Cuda/Kernels/rotation.cuh"
#include "../../HunyuanOcr.Inference/Execution/Cuda/Kernels/tiles.cuh"

namespace rotation
{
#include "../../HunyuanOcr.Inference/Execution/Cuda/Kernels/split_rotate_norm.cu"
}
namespace attention
{
#include "../../HunyuanOcr.Inference/Execution/Cuda/Kernels/decode_attention.cu"
}
namespace gated
{
#include "../../HunyuanOcr.Inference/Execution/Cuda/Kernels/swiglu.cu"
}
namespace choice
{
#include "../../HunyuanOcr.Inference/Execution/Cuda/Kernels/token_choice.cu"
}
namespace adding
{
#include "../../HunyuanOcr.Inference/Execution/Cuda/Kernels/add_norm.cu"
}
namespace tower
{
#include "../../HunyuanOcr.Inference/Execution/Cuda/Kernels/tower.cu"
}
namespace products
{
#include "../../HunyuanOcr.Inference/Execution/Cuda/Kernels/products.cu"
}
namespace matvec
{
#include "../../HunyuanOcr.Inference/Execution/Cuda/Kernels/matvec.cu"
}

static std::mt19937 generator(20261122);
static bool failed = false;

static float halfToFloat(unsigned short bits)
{
    int exponent = (bits >> 10) & 31, fraction = bits & 1023;
    float value = exponent == 0 ? std::ldexp((float)fraction, -24) : exponent == 31 ? (fraction ? NAN : INFINITY) : std::ldexp((float)(fraction | 1024), exponent - 25);
    return bits & 0x8000 ? -value : value;
}

static unsigned short floatToHalf(float value)
{
    unsigned short sign = std::signbit(value) ? 0x8000 : 0;
    float size = std::fabs(value);
    if (std::isnan(value))
        return 0x7E00;
    if (size >= 65520)
        return sign | 0x7C00;
    int exponent = size > 0 ? std::max(std::ilogb(size), -14) : -14;
    // Units in the last place: nearbyint rounds ties to even, and a carry runs on into the exponent.
    int units = (int)std::nearbyint(std::ldexp(size, 10 - exponent));
    return sign | (unsigned short)(units < 1024 ? units : ((exponent + 15) << 10) + units - 1024);
}

static unsigned short floatToBf(float value)
{
    unsigned bits;
    std::memcpy(&bits, &value, 4);
    return (unsigned short)((bits + 0x7FFFu + ((bits >> 16) & 1u)) >> 16);
}

static float bfToFloat(unsigned short half)
{
    unsigned bits = (unsigned)half << 16;
    float value;
    std::memcpy(&value, &bits, 4);
    return value;
}

#ifdef HOST_LANES
inline float toFloat(Fp16 value) { return halfToFloat(value.bits); }
inline Fp16 narrow(float value, Fp16) { return {floatToHalf(value)}; }
inline unsigned packed(float low, float high, Fp16) { return floatToHalf(low) | (unsigned)floatToHalf(high) << 16; }
inline unsigned packed(float low, float high, Bf16) { return floatToBf(low) | (unsigned)floatToBf(high) << 16; }
#endif

template <typename E> struct Format;
template <> struct Format<Fp16>
{
    static constexpr const char* name = "fp16";
    static constexpr double tolerance = 0.001;
    static Fp16 make(float value) { return {floatToHalf(value)}; }
    static double read(Fp16 value) { return halfToFloat(value.bits); }
};
template <> struct Format<float>
{
    static constexpr const char* name = "fp32";
    static float make(float value) { return value; }
    static double read(float value) { return value; }
};
template <> struct Format<Bf16>
{
    static constexpr const char* name = "bf16";
    static constexpr double tolerance = 0.006;
    static Bf16 make(float value) { return {floatToBf(value)}; }
    static double read(Bf16 value) { return bfToFloat(value.bits); }
};

// An array on the card, or in memory where there is none.
template <typename T>
struct Array
{
    std::vector<T> host;
    T* data;

    explicit Array(size_t count) : host(count) { allocate(); }
    explicit Array(std::vector<T> values) : host(std::move(values))
    {
        allocate();
        push();
    }
    // The same once more on the card; there is nothing of it in `host`, which saves what a test with many layers would spend on moving memory.
    explicit Array(const Array& other)
    {
#ifdef HOST_LANES
        host = other.host;
        allocate();
#else
        if (cudaMalloc(&data, other.host.size() * sizeof(T) + 16) != cudaSuccess)
            std::abort();
        cudaMemcpy(data, other.data, other.host.size() * sizeof(T), cudaMemcpyDeviceToDevice);
        cudaDeviceSynchronize();
#endif
    }
    ~Array()
    {
#ifndef HOST_LANES
        cudaFree(data);
#endif
    }
    void allocate()
    {
#ifdef HOST_LANES
        // Whole vectors of 16 bytes are loaded; the allocator aligns to that.
        data = host.data();
#else
        if (cudaMalloc(&data, host.size() * sizeof(T) + 16) != cudaSuccess)
            std::abort();
        cudaMemset(data, 0xFF, host.size() * sizeof(T));
#endif
    }
    void push()
    {
#ifndef HOST_LANES
        cudaMemcpy(data, host.data(), host.size() * sizeof(T), cudaMemcpyHostToDevice);
        cudaDeviceSynchronize();
#endif
    }
    std::vector<T>& pull()
    {
#ifndef HOST_LANES
        // The kernels' stream waits for nobody, and nobody for it.
        cudaDeviceSynchronize();
        cudaMemcpy(host.data(), data, host.size() * sizeof(T), cudaMemcpyDeviceToHost);
#endif
        return host;
    }
};

#ifdef HOST_LANES
#define LAUNCH(grid, threads, shared, ...) lanes::launch(grid, threads, shared, [&] { __VA_ARGS__; })
#define KERNEL(call, grid, threads, shared, ...) LAUNCH(grid, threads, shared, call(__VA_ARGS__))
#else
static cudaStream_t stream;
#define KERNEL(call, grid, threads, shared, ...) call<<<grid, threads, shared, stream>>>(__VA_ARGS__)
#endif

template <typename E>
static std::vector<E> randomValues(size_t count, float scale)
{
    std::normal_distribution<float> normal(0, scale);
    std::vector<E> values(count);
    for (E& value : values)
        value = Format<E>::make(normal(generator));
    return values;
}

// Many numbers, of which a million are drawn.
template <typename E>
static std::vector<E> repeated(size_t count, float scale)
{
    std::vector<E> drawn = randomValues<E>(std::min<size_t>(count, (1 << 20) + 7), scale), values(count);
    for (size_t from = 0; from < count; from += drawn.size())
        std::copy_n(drawn.begin(), std::min(drawn.size(), count - from), values.begin() + from);
    return values;
}

// A reference's parts beside each other: body(from, to) for ranges that make up 0 to count.
static void inRanges(size_t count, const std::function<void(size_t, size_t)>& body)
{
    size_t threads = std::max<size_t>(1, std::min<size_t>(count, std::thread::hardware_concurrency()));
    std::vector<std::thread> running;
    for (size_t i = 1; i < threads; i++)
        running.emplace_back(body, count * i / threads, count * (i + 1) / threads);
    body(0, count / threads);
    for (std::thread& thread : running)
        thread.join();
}

static std::vector<float> randomFloats(size_t count, float low, float high)
{
    std::uniform_real_distribution<float> even(low, high);
    std::vector<float> values(count);
    for (float& value : values)
        value = even(generator);
    return values;
}

static double sigmoidOf(double value) { return 1 / (1 + std::exp(-value)); }

// Distance of two vectors over the length of the reference.
static double distance(const std::vector<double>& reference, const std::vector<double>& result)
{
    double difference = 0, length = 0;
    for (size_t i = 0; i < reference.size(); i++)
    {
        difference += (reference[i] - result[i]) * (reference[i] - result[i]);
        length += reference[i] * reference[i];
    }
    double relative = std::sqrt(difference / length);
    return relative == relative ? relative : INFINITY;
}

template <typename E>
static std::vector<double> wide(const std::vector<E>& values)
{
    std::vector<double> result(values.size());
    for (size_t i = 0; i < values.size(); i++)
        result[i] = Format<E>::read(values[i]);
    return result;
}

// Median time of one launch in microseconds, in a captured graph of many as the engine runs them; -1 without a card.
static double microseconds(int launches, const std::function<void(int)>& launch)
{
#ifdef HOST_LANES
    return -1;
#else
    cudaGraph_t graph;
    cudaGraphExec_t executable;
    cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal);
    for (int i = 0; i < launches; i++)
        launch(i);
    cudaStreamEndCapture(stream, &graph);
    cudaGraphInstantiate(&executable, graph, 0);
    cudaEvent_t begin, end;
    cudaEventCreate(&begin);
    cudaEventCreate(&end);
    std::vector<float> times;
    for (int run = 0; run < 15; run++)
    {
        cudaEventRecord(begin, stream);
        cudaGraphLaunch(executable, stream);
        cudaEventRecord(end, stream);
        cudaEventSynchronize(end);
        float milliseconds;
        cudaEventElapsedTime(&milliseconds, begin, end);
        times.push_back(milliseconds);
    }
    cudaGraphExecDestroy(executable);
    cudaGraphDestroy(graph);
    std::sort(times.begin(), times.end());
    return times[times.size() / 2] * 1000.0 / launches;
#endif
}

static void report(const char* kernel, const char* format, const std::string& shape, double error, double tolerance, double time, double bytes, double library = -1)
{
    bool good = error <= tolerance;
    failed |= !good;
#ifndef HOST_LANES
    cudaError_t code = cudaDeviceSynchronize();
    if (code != cudaSuccess)
    {
        std::printf("{\"kernel\":\"%s\",\"error\":\"%s\"}\n", kernel, cudaGetErrorString(code));
        std::exit(1);
    }
#endif
    std::printf("{\"kernel\":\"%s\",\"format\":\"%s\",\"shape\":\"%s\",\"relative_error\":%.2e,\"good\":%s", kernel, format, shape.c_str(), error, good ? "true" : "false");
    if (time > 0)
        std::printf(",\"us\":%.2f,\"GB_per_s\":%.0f", time, bytes / time / 1000);
    if (library > 0)
        std::printf(",\"cublas_us\":%.2f", library);
    std::printf("}\n");
    std::fflush(stdout);
}

template <typename E, typename Q = E>
static void testRotation(int tokens, int heads, int kvHeads, int size, bool wholeRows)
{
    int perToken = heads + 2 * kvHeads, width = wholeRows ? size : size / 2;
    Array<Q> qkv(randomValues<Q>((size_t)tokens * perToken * size, 1));
    Array<E> query((size_t)tokens * heads * size), key((size_t)tokens * kvHeads * size), value((size_t)tokens * kvHeads * size);
    Array<float> cos(randomFloats((size_t)tokens * width, -1, 1)), sin(randomFloats((size_t)tokens * width, -1, 1));
    Array<float> queryWeight(randomFloats(size, 0.5f, 2)), keyWeight(randomFloats(size, 0.5f, 2));
    const float epsilon = 1e-5f;
    auto run = [&](int) {
        dim3 grid((tokens * perToken + 3) / 4);
        if constexpr (std::is_same<Q, Fp16>::value)
            KERNEL(rotation::split_rotate_norm_fp16, grid, 128, 0, qkv.data, cos.data, sin.data, queryWeight.data, keyWeight.data, query.data, key.data, value.data, tokens, heads, kvHeads, size, width, epsilon);
        else if constexpr (std::is_same<Q, Bf16>::value)
            KERNEL(rotation::split_rotate_norm_bf16, grid, 128, 0, qkv.data, cos.data, sin.data, queryWeight.data, keyWeight.data, query.data, key.data, value.data, tokens, heads, kvHeads, size, width, epsilon);
        else if constexpr (std::is_same<E, Fp16>::value)
            KERNEL(rotation::split_rotate_norm_wide_fp16, grid, 128, 0, qkv.data, cos.data, sin.data, queryWeight.data, keyWeight.data, query.data, key.data, value.data, tokens, heads, kvHeads, size, width, epsilon);
        else
            KERNEL(rotation::split_rotate_norm_wide_bf16, grid, 128, 0, qkv.data, cos.data, sin.data, queryWeight.data, keyWeight.data, query.data, key.data, value.data, tokens, heads, kvHeads, size, width, epsilon);
    };
    run(0);
    std::vector<double> reference, result;
    std::vector<double> q = wide(query.pull()), k = wide(key.pull()), v = wide(value.pull());
    for (int token = 0; token < tokens; token++)
        for (int head = 0; head < perToken; head++)
        {
            const Q* from = &qkv.host[((size_t)token * perToken + head) * size];
            std::vector<double> rotated(size);
            double squares = 0;
            for (int i = 0; i < size; i++)
            {
                double x = Format<Q>::read(from[i]), turned = i < size / 2 ? -Format<Q>::read(from[i + size / 2]) : Format<Q>::read(from[i - size / 2]);
                int angle = (int)((size_t)token * width) + i % width;
                rotated[i] = head < heads + kvHeads ? x * cos.host[angle] + turned * sin.host[angle] : x;
                squares += rotated[i] * rotated[i];
            }
            for (int i = 0; i < size; i++)
            {
                bool isQuery = head < heads, isKey = !isQuery && head < heads + kvHeads;
                double normed = rotated[i] / std::sqrt(squares / size + epsilon);
                reference.push_back(isQuery ? normed * queryWeight.host[i] : isKey ? normed * keyWeight.host[i] : rotated[i]);
                result.push_back(isQuery ? q[((size_t)token * heads + head) * size + i] : isKey ? k[((size_t)token * kvHeads + head - heads) * size + i] : v[((size_t)token * kvHeads + head - heads - kvHeads) * size + i]);
            }
        }
    std::string shape = std::to_string(tokens) + "x" + std::to_string(heads) + "+2x" + std::to_string(kvHeads) + "x" + std::to_string(size) + (wholeRows ? "" : ", half rows of angles");
    report(std::is_same<E, Q>::value ? "split_rotate_norm" : "split_rotate_norm_wide", Format<E>::name, shape, distance(reference, result), Format<E>::tolerance, microseconds(24, run), 4.0 * tokens * perToken * size);
}

template <typename E>
static void testSwiglu(int rows, int columns, float scale = 2)
{
    Array<E> gateUp(randomValues<E>((size_t)rows * 2 * columns, scale)), result((size_t)rows * columns);
    auto run = [&](int) {
        dim3 grid((unsigned)(((size_t)rows * columns / 8 + 255) / 256));
        if constexpr (std::is_same<E, Fp16>::value)
            KERNEL(gated::swiglu_fp16, grid, 256, 0, gateUp.data, result.data, rows, columns);
        else
            KERNEL(gated::swiglu_bf16, grid, 256, 0, gateUp.data, result.data, rows, columns);
    };
    run(0);
    std::vector<double> reference;
    for (int row = 0; row < rows; row++)
        for (int i = 0; i < columns; i++)
        {
            double gate = Format<E>::read(gateUp.host[(size_t)row * 2 * columns + i]), up = Format<E>::read(gateUp.host[((size_t)row * 2 + 1) * columns + i]);
            reference.push_back(gate * sigmoidOf(gate) * up);
        }
    report("swiglu", Format<E>::name, std::to_string(rows) + "x" + std::to_string(columns), distance(reference, wide(result.pull())), Format<E>::tolerance, microseconds(24, run), 6.0 * rows * columns);
}

static void testChoice(int rows, int vocabulary, int parts, bool ties)
{
    int top = std::min(5, vocabulary);
    std::vector<float> values = randomFloats((size_t)rows * vocabulary, -20, 20);
    if (ties)
        for (float& value : values)
            value = std::round(value);
    Array<float> logits(values);
    Array<choice::Part> partial((size_t)rows * parts);
    Array<long long> ids(rows);
    Array<float> logprobs(rows), topLogprobs((size_t)rows * top);
    Array<int> topIds((size_t)rows * top);
    auto run = [&](int) {
        KERNEL(choice::token_choice_parts, dim3(parts, rows), 256, 0, logits.data, partial.data, vocabulary);
        KERNEL(choice::token_choice_rows, dim3(rows), 32, 0, partial.data, parts, vocabulary, top, ids.data, logprobs.data, topIds.data, topLogprobs.data);
    };
    run(0);
    ids.pull();
    logprobs.pull();
    topIds.pull();
    topLogprobs.pull();
    double worst = 0;
    for (int row = 0; row < rows; row++)
    {
        std::vector<std::pair<float, int>> order(vocabulary);
        double sum = 0;
        for (int id = 0; id < vocabulary; id++)
        {
            float value = values[(size_t)row * vocabulary + id];
            order[id] = {-value, id};
            sum += std::exp((double)value);
        }
        std::partial_sort(order.begin(), order.begin() + top, order.end());
        double total = std::log(sum);
        for (int place = 0; place < top; place++)
        {
            if (topIds.host[row * top + place] != order[place].second)
                worst = INFINITY;
            worst = std::max(worst, std::fabs(topLogprobs.host[row * top + place] - (-(double)order[place].first - total)));
        }
        if (ids.host[row] != order[0].second || logprobs.host[row] != topLogprobs.host[row * top])
            worst = INFINITY;
    }
    std::string shape = std::to_string(rows) + "x" + std::to_string(vocabulary) + (ties ? ", equal logits" : "");
    report("token_choice", "fp32", shape, worst, 2e-4, microseconds(24, run), 4.0 * rows * vocabulary);
}

// Rows without a best token, or without a probability that is one: what is not a number is seen in the log-probability and nowhere else.
static void testOddLogits()
{
    const int vocabulary = 600, parts = 2;
    const float none = -INFINITY;
    struct Row { float everywhere; int id; float value; int chosen; float logprob; };
    std::vector<Row> rows = {{0, 7, NAN, 0, NAN}, {none, 7, none, 0, NAN}, {0, 590, INFINITY, 590, NAN}, {none, 590, 3, 590, 0}, {NAN, 7, 1, 7, NAN}};
    std::vector<float> values;
    for (const Row& row : rows)
        for (int id = 0; id < vocabulary; id++)
            values.push_back(id == row.id ? row.value : row.everywhere);
    Array<float> logits(values), logprobs(rows.size()), topLogprobs(rows.size() * 5);
    Array<choice::Part> partial(rows.size() * parts);
    Array<long long> ids(rows.size());
    Array<int> topIds(rows.size() * 5);
    KERNEL(choice::token_choice_parts, dim3(parts, (unsigned)rows.size()), 256, 0, logits.data, partial.data, vocabulary);
    KERNEL(choice::token_choice_rows, dim3((unsigned)rows.size()), 32, 0, partial.data, parts, vocabulary, 5, ids.data, logprobs.data, topIds.data, topLogprobs.data);
    ids.pull();
    logprobs.pull();
    bool good = true;
    for (size_t row = 0; row < rows.size(); row++)
        good &= ids.host[row] == rows[row].chosen && (isnan(rows[row].logprob) ? isnan(logprobs.host[row]) : logprobs.host[row] == rows[row].logprob);
    for (int id : topIds.pull())
        good &= id >= 0 && id < vocabulary;
    report("token_choice", "fp32", "not numbers, infinities", good ? 0 : INFINITY, 0, -1, 0);
}

#ifndef HOST_LANES
// The library's time for the same product: rows x size by a matrix [outputs, size] transposed.
template <typename E>
static double library(const std::vector<Array<E>*>& matrices, E* inputs, void* result, int rows, int size, int outputs)
{
    static cublasHandle_t handle = nullptr;
    static void* workspace = nullptr;
    if (handle == nullptr)
    {
        cublasCreate(&handle);
        cudaMalloc(&workspace, 32 << 20);
        cublasSetStream(handle, stream);
        cublasSetWorkspace(handle, workspace, 32 << 20);
    }
    cudaDataType_t type = std::is_same<E, Fp16>::value ? CUDA_R_16F : CUDA_R_16BF;
    float one = 1, zero = 0;
    return microseconds(24, [&](int i) {
        cublasGemmEx(handle, CUBLAS_OP_T, CUBLAS_OP_N, outputs, rows, size, &one, matrices[i % matrices.size()]->data, type, size, inputs, type, size, &zero, result, type, outputs,
            CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT);
    });
}
#endif

enum Product { NORM_LINEAR, NORM_SWIGLU, ADD_LINEAR };

static int warpsOfRow(int size)
{
    int eights = size / 8;
    return eights <= 128 ? 1 : eights <= 256 ? 2 : eights <= 512 ? 4 : 8;
}

#define OF_ROWS(name, ...)                                    \
    if (most == 1)                                            \
        KERNEL(matvec::name##_1, grid, 256, shared, __VA_ARGS__); \
    else if (most == 2)                                       \
        KERNEL(matvec::name##_2, grid, 256, shared, __VA_ARGS__); \
    else                                                      \
        KERNEL(matvec::name##_4, grid, 256, shared, __VA_ARGS__);

#define PRODUCT(suffix, weight)                                                                                              \
    if (product == NORM_LINEAR)                                                                                              \
    {                                                                                                                        \
        OF_ROWS(norm_linear_##suffix, hidden.data, gamma.data, weight, sums.data, rows, size, outputs, epsilon)              \
    }                                                                                                                        \
    else if (product == NORM_SWIGLU)                                                                                         \
    {                                                                                                                        \
        OF_ROWS(norm_swiglu_##suffix, hidden.data, gamma.data, weight, result.data, rows, size, outputs, epsilon)            \
    }                                                                                                                        \
    else                                                                                                                     \
    {                                                                                                                        \
        OF_ROWS(add_linear_##suffix, inputs.data, weight, residual.data, sums.data, rows, size, outputs, warpsOfRow(size))   \
    }

template <typename E>
static void testMatvec(Product product, int rows, int size, int outputs, unsigned mostBlocks = 1024)
{
    static const char* names[] = {"norm_linear", "norm_swiglu", "add_linear"};
    const float epsilon = 1e-5f;
    int matrixRows = product == NORM_SWIGLU ? 2 * outputs : outputs, most = rows <= 1 ? 1 : rows <= 2 ? 2 : 4;
    Array<E> inputs(randomValues<E>((size_t)rows * size, 1)), gamma(randomValues<E>(size, 1)), result((size_t)rows * outputs);
    Array<float> hidden(randomValues<float>((size_t)rows * size, 1)), residual(randomValues<float>((size_t)rows * outputs, 1)), sums((size_t)rows * outputs);
    std::vector<E> values = repeated<E>((size_t)matrixRows * size, 1 / std::sqrt((float)size));
    // As many copies as layers, so that no cache holds them.
    std::vector<Array<E>*> matrices;
#ifdef HOST_LANES
    int copies = 1;
#else
    int copies = (size_t)matrixRows * size > (64 << 20) ? 2 : 24;
#endif
    for (int i = 0; i < copies; i++)
        matrices.push_back(i == 0 ? new Array<E>(values) : new Array<E>(*matrices[0]));
    int perBlock = product == ADD_LINEAR ? 8 / warpsOfRow(size) : 8;
    dim3 grid((unsigned)((outputs + perBlock - 1) / perBlock));
    if (product == NORM_LINEAR)
        grid.x = std::min(grid.x, mostBlocks);
    size_t shared = product == ADD_LINEAR ? 0 : (size_t)rows * size * 4;
    auto run = [&](int i) {
        const E* weight = matrices[i % copies]->data;
        if constexpr (std::is_same<E, Fp16>::value)
        {
            PRODUCT(fp16, weight)
        }
        else
        {
            PRODUCT(bf16, weight)
        }
    };
    run(0);
    std::vector<double> x = product == ADD_LINEAR ? wide(inputs.host) : wide(hidden.host), w = wide(values), reference;
    for (int row = 0; row < rows; row++)
    {
        double squares = 0;
        for (int i = 0; i < size; i++)
            squares += x[(size_t)row * size + i] * x[(size_t)row * size + i];
        for (int i = 0; i < size && product != ADD_LINEAR; i++)
            x[(size_t)row * size + i] *= Format<E>::read(gamma.host[i]) / std::sqrt(squares / size + epsilon);
        std::vector<double> products(matrixRows);
        inRanges(matrixRows, [&](size_t from, size_t to) {
            for (size_t output = from; output < to; output++)
                for (int i = 0; i < size; i++)
                    products[output] += x[(size_t)row * size + i] * w[output * size + i];
        });
        for (int output = 0; output < outputs; output++)
            reference.push_back(product == NORM_SWIGLU ? products[output] * sigmoidOf(products[output]) * products[outputs + output]
                : product == ADD_LINEAR ? residual.host[(size_t)row * outputs + output] + products[output] : products[output]);
    }
    std::vector<double> got;
    if (product == NORM_SWIGLU)
        got = wide(result.pull());
    else
        got = wide(sums.pull());
    double cublas = -1;
#ifndef HOST_LANES
    Array<E> scratch((size_t)rows * matrixRows);
    cublas = library<E>(matrices, inputs.data, scratch.data, rows, size, matrixRows);
#endif
    std::string shape = std::to_string(rows) + "x" + std::to_string(size) + " by " + std::to_string(matrixRows);
    report(names[product], Format<E>::name, shape, distance(reference, got), Format<E>::tolerance, microseconds(24, run), 2.0 * matrixRows * size, cublas);
    for (Array<E>* matrix : matrices)
        delete matrix;
}

// The residual stream and what comes onto it, in 16 bits or as parts of a product.
template <typename E, typename A>
static void testAddNorm(int rows, int size, int parts, bool first)
{
    Array<float> residual(randomValues<float>((size_t)rows * size, 2)), sum((size_t)rows * size);
    Array<A> added(randomValues<A>((size_t)parts * rows * size, 1));
    Array<E> gamma(randomValues<E>(size, 1)), normed((size_t)rows * size);
    const float epsilon = 1e-5f;
    auto run = [&](int) {
        const float* before = first ? nullptr : residual.data;
        if constexpr (std::is_same<A, Fp16>::value)
            KERNEL(adding::add_norm_fp16, dim3(rows), 256, 0, before, added.data, gamma.data, normed.data, sum.data, rows, size, parts, epsilon);
        else if constexpr (std::is_same<A, Bf16>::value)
            KERNEL(adding::add_norm_bf16, dim3(rows), 256, 0, before, added.data, gamma.data, normed.data, sum.data, rows, size, parts, epsilon);
        else if constexpr (std::is_same<E, Fp16>::value)
            KERNEL(adding::add_norm_parts_fp16, dim3(rows), 256, 0, before, added.data, gamma.data, normed.data, sum.data, rows, size, parts, epsilon);
        else
            KERNEL(adding::add_norm_parts_bf16, dim3(rows), 256, 0, before, added.data, gamma.data, normed.data, sum.data, rows, size, parts, epsilon);
    };
    run(0);
    std::vector<double> reference((size_t)rows * size), norms, result = wide(sum.pull());
    for (size_t i = 0; i < reference.size(); i++)
    {
        reference[i] = first ? 0 : residual.host[i];
        for (int part = 0; part < parts; part++)
            reference[i] += Format<A>::read(added.host[(size_t)part * rows * size + i]);
    }
    double error = distance(reference, result) * 1000;
    for (int row = 0; row < rows; row++)
    {
        double squares = 0;
        for (int i = 0; i < size; i++)
            squares += reference[(size_t)row * size + i] * reference[(size_t)row * size + i];
        for (int i = 0; i < size; i++)
            norms.push_back(reference[(size_t)row * size + i] / std::sqrt(squares / size + epsilon) * Format<E>::read(gamma.host[i]));
    }
    error = std::max(error, distance(norms, wide(normed.pull())));
    std::string shape = std::to_string(rows) + "x" + std::to_string(size) + (std::is_same<A, E>::value ? "" : ", " + std::to_string(parts) + " parts") + (first ? ", first" : "");
    report("add_norm", Format<E>::name, shape, error, Format<E>::tolerance, microseconds(24, run), (double)rows * size * (8 + 2 + sizeof(A) * parts));
}

// The vision tower's stream at its begin (R is E), within (R is float) and at its end (no beta). Rows lie far from zero, as they do in real towers.
template <typename E, typename R>
static void testTowerNorm(int rows, int size, bool last)
{
    std::vector<R> before = randomValues<R>((size_t)rows * size, 2);
    for (size_t i = 0; i < before.size(); i++)
        before[i] = Format<R>::make((float)Format<R>::read(before[i]) + (float)(i / size % 5) * 3);
    Array<R> residual(before);
    Array<E> added(randomValues<E>((size_t)rows * size, 1)), bias(randomValues<E>(size, 1)), gamma(randomValues<E>(size, 1)), beta(randomValues<E>(size, 1)), normed((size_t)rows * size);
    Array<float> sum((size_t)rows * size);
    const float epsilon = 1e-5f;
    int threads = (size / 4 + 127) / 128 * 32;
    auto run = [&](int) {
        const E* shift = last ? nullptr : beta.data;
        float* to = last ? nullptr : sum.data;
        if constexpr (std::is_same<E, Fp16>::value && std::is_same<R, float>::value)
            KERNEL(tower::tower_norm_fp16, dim3(rows), threads, 0, residual.data, added.data, bias.data, gamma.data, shift, normed.data, to, size, epsilon);
        else if constexpr (std::is_same<R, float>::value)
            KERNEL(tower::tower_norm_bf16, dim3(rows), threads, 0, residual.data, added.data, bias.data, gamma.data, shift, normed.data, to, size, epsilon);
        else if constexpr (std::is_same<E, Fp16>::value)
            KERNEL(tower::tower_first_norm_fp16, dim3(rows), threads, 0, residual.data, added.data, bias.data, gamma.data, shift, normed.data, to, size, epsilon);
        else
            KERNEL(tower::tower_first_norm_bf16, dim3(rows), threads, 0, residual.data, added.data, bias.data, gamma.data, shift, normed.data, to, size, epsilon);
    };
    run(0);
    std::vector<double> sums, norms;
    for (int row = 0; row < rows; row++)
    {
        double mean = 0, squares = 0;
        for (int i = 0; i < size; i++)
        {
            size_t place = (size_t)row * size + i;
            sums.push_back(Format<R>::read(residual.host[place]) + Format<E>::read(added.host[place]) + Format<E>::read(bias.host[i]));
            mean += last ? 0 : sums.back() / size;
        }
        for (int i = 0; i < size; i++)
            squares += (sums[(size_t)row * size + i] - mean) * (sums[(size_t)row * size + i] - mean);
        for (int i = 0; i < size; i++)
            norms.push_back((sums[(size_t)row * size + i] - mean) / std::sqrt(squares / size + epsilon) * Format<E>::read(gamma.host[i]) + (last ? 0 : Format<E>::read(beta.host[i])));
    }
    double error = distance(norms, wide(normed.pull()));
    if (!last)
        error = std::max(error, distance(sums, wide(sum.pull())) * 1000);
    std::string shape = std::to_string(rows) + "x" + std::to_string(size) + (last ? ", last" : std::is_same<R, E>::value ? ", first" : "");
    report("tower_norm", Format<E>::name, shape, error, Format<E>::tolerance, microseconds(24, run), (double)rows * size * (sizeof(R) + 4 + (last ? 0 : 4)));
}

template <typename E>
static void testBiasGelu(int rows, int columns)
{
    Array<E> input(randomValues<E>((size_t)rows * columns, 4)), bias(randomValues<E>(columns, 1)), result((size_t)rows * columns);
    auto run = [&](int) {
        int blocks = (int)(((long long)rows * columns / 8 + 255) / 256);
        if constexpr (std::is_same<E, Fp16>::value)
            KERNEL(tower::bias_gelu_fp16, dim3(blocks), 256, 0, input.data, bias.data, result.data, rows, columns);
        else
            KERNEL(tower::bias_gelu_bf16, dim3(blocks), 256, 0, input.data, bias.data, result.data, rows, columns);
    };
    run(0);
    std::vector<double> reference;
    for (size_t i = 0; i < (size_t)rows * columns; i++)
    {
        double value = Format<E>::read(input.host[i]) + Format<E>::read(bias.host[i % columns]);
        reference.push_back(0.5 * value * std::erfc(-value / std::sqrt(2.0)));
    }
    // Value by value, which the tanh form does not pass: its own error hides among those of rounding.
    std::vector<double> found = wide(result.pull());
    double error = 0;
    for (size_t i = 0; i < found.size(); i++)
        error = std::max(error, std::max(0.0, std::abs(found[i] - reference[i]) - 1e-6) / (std::abs(reference[i]) + 1e-4));
    report("bias_gelu", Format<E>::name, std::to_string(rows) + "x" + std::to_string(columns), error, Format<E>::tolerance,
        microseconds(24, run), (double)rows * columns * 4);
}

// Any row alone has to give the very numbers that it gives among others.
template <typename E>
static void testProduct(bool gated, int rows, int size, int outputs, int parts)
{
    int matrixRows = gated ? 2 * outputs : outputs;
    Array<E> inputs(randomValues<E>((size_t)rows * size, 1)), result((size_t)rows * outputs), alone(outputs);
    Array<float> sums((size_t)parts * rows * outputs), sumsAlone((size_t)parts * outputs);
    std::vector<E> values = repeated<E>((size_t)matrixRows * size, 1 / std::sqrt((float)size));
    std::vector<Array<E>*> matrices;
#ifdef HOST_LANES
    int copies = 1;
#else
    int copies = (size_t)matrixRows * size > (64 << 20) ? 2 : 24;
#endif
    for (int i = 0; i < copies; i++)
        matrices.push_back(i == 0 ? new Array<E>(values) : new Array<E>(*matrices[0]));
    auto launch = [&](const E* matrix, const E* from, int count, float* to, E* gatedTo) {
        int most = count <= 8 ? 1 : count <= 16 ? 2 : 4, width = gated ? 16 : 32;
        dim3 grid((outputs + width - 1) / width * ((count + 8 * most - 1) / (8 * most)), parts);
#define OF_EIGHTS(name, target)                                                                          \
    if (most == 1)                                                                                       \
        KERNEL(products::name##_1, grid, 256, 0, from, matrix, target, count, size, outputs);            \
    else if (most == 2)                                                                                  \
        KERNEL(products::name##_2, grid, 256, 0, from, matrix, target, count, size, outputs);            \
    else                                                                                                 \
        KERNEL(products::name##_4, grid, 256, 0, from, matrix, target, count, size, outputs);
        if constexpr (std::is_same<E, Fp16>::value)
        {
            if (gated)
            {
                OF_EIGHTS(product_swiglu_fp16, gatedTo)
            }
            else
            {
                OF_EIGHTS(product_fp16, to)
            }
        }
        else
        {
            if (gated)
            {
                OF_EIGHTS(product_swiglu_bf16, gatedTo)
            }
            else
            {
                OF_EIGHTS(product_bf16, to)
            }
        }
    };
    auto run = [&](int i) { launch(matrices[i % copies]->data, inputs.data, rows, sums.data, result.data); };
    run(0);
    launch(matrices[0]->data, inputs.data + (size_t)(rows - 1) * size, 1, sumsAlone.data, alone.data);
    std::vector<double> x = wide(inputs.host), w = wide(values), reference, got, among = wide(result.pull()), single = wide(alone.pull());
    std::vector<double> partial = wide(sums.pull()), partialAlone = wide(sumsAlone.pull());
    bool same = true;
    for (int row = 0; row < rows; row++)
    {
        std::vector<double> sum(matrixRows);
        inRanges(matrixRows, [&](size_t from, size_t to) {
            for (size_t output = from; output < to; output++)
                for (int i = 0; i < size; i++)
                    sum[output] += x[(size_t)row * size + i] * w[output * size + i];
        });
        for (int output = 0; output < outputs; output++)
        {
            reference.push_back(gated ? sum[output] * sigmoidOf(sum[output]) * sum[outputs + output] : sum[output]);
            double found = gated ? among[(size_t)row * outputs + output] : 0;
            for (int part = 0; part < parts && !gated; part++)
            {
                double mine = partial[((size_t)part * rows + row) * outputs + output];
                same &= row < rows - 1 || mine == partialAlone[(size_t)part * outputs + output];
                found += mine;
            }
            same &= row < rows - 1 || !gated || found == single[output];
            got.push_back(found);
        }
    }
    double cublas = -1;
#ifndef HOST_LANES
    Array<E> scratch((size_t)rows * matrixRows);
    cublas = library<E>(matrices, inputs.data, scratch.data, rows, size, matrixRows);
#endif
    std::string shape = std::to_string(rows) + "x" + std::to_string(size) + " by " + std::to_string(matrixRows) + (parts > 1 ? ", " + std::to_string(parts) + " parts" : "");
    report(gated ? "product_swiglu" : "product", Format<E>::name, shape, same ? distance(reference, got) : INFINITY, gated ? Format<E>::tolerance : 1e-5, microseconds(24, run),
        2.0 * matrixRows * size, cublas);
    for (Array<E>* matrix : matrices)
        delete matrix;
}

static const int EMPTY = -1; // a row that only fills a batch up

// New tokens of sequences of some lengths, whose blocks lie anywhere in the cache; what no sequence has written there is not a number. The last
// sequence alone has to give the very numbers that it gives among others, where another number of blocks shares it, and so has a second launch;
// a new token without a slot is not stored.
template <typename E, typename Q, int SIZE>
static void testAttention(std::vector<int> lengths, int group, int kvHeads, int blockSize, int most, int sharing, int layers = 1, bool wholeRows = false, float sharpness = 1)
{
    int rows = (int)lengths.size(), heads = group * kvHeads, perToken = heads + 2 * kvHeads, columns = most * attention::CHUNK / blockSize, width = wholeRows ? SIZE : SIZE / 2, blockBits = 0;
    while (1 << blockBits < blockSize)
        blockBits++;
    std::vector<int> tables((size_t)rows * columns), slot(rows), order;
    std::vector<bool> empty(rows);
    size_t tokens = 0;
    for (int row = 0; row < rows; row++)
        for (int block = 0; block * blockSize <= lengths[row]; block++)
            order.push_back((int)order.size());
    std::shuffle(order.begin(), order.end(), generator);
    for (int row = 0, next = 0; row < rows; row++)
    {
        for (int block = 0; block * blockSize <= lengths[row]; block++)
            tables[(size_t)row * columns + block] = order[next++];
        empty[row] = lengths[row] == EMPTY;
        lengths[row] = std::max(lengths[row], 0);
        slot[row] = row % 3 == 1 || empty[row] ? -1 : tables[(size_t)row * columns + lengths[row] / blockSize] * blockSize + lengths[row] % blockSize;
        tokens += lengths[row];
    }
    size_t cacheSize = order.size() * blockSize * kvHeads * SIZE;
    Array<Q> qkv(randomValues<Q>((size_t)rows * perToken * SIZE, 1));
    Array<float> cos(randomFloats((size_t)rows * width, -1, 1)), sin(randomFloats((size_t)rows * width, -1, 1));
    Array<float> queryWeight(randomFloats(SIZE, 0.5f * sharpness, 2 * sharpness)), keyWeight(randomFloats(SIZE, 0.5f, 2));
    std::vector<E> keys = repeated<E>(cacheSize, 1), values = repeated<E>(cacheSize, 1);
    std::vector<bool> written(order.size() * blockSize);
    for (int row = 0; row < rows; row++)
        for (int token = 0; token < lengths[row]; token++)
            written[(size_t)tables[(size_t)row * columns + token / blockSize] * blockSize + token % blockSize] = true;
    for (size_t place = 0; place < written.size(); place++)
        if (!written[place])
            for (std::vector<E>* cache : {&keys, &values})
                std::fill_n(cache->begin() + place * kvHeads * SIZE, kvHeads * SIZE, E{0x7FFF});
    // Of as many layers as no cache of the card holds.
    std::vector<std::unique_ptr<Array<E>>> caches;
    caches.push_back(std::make_unique<Array<E>>(std::move(keys)));
    caches.push_back(std::make_unique<Array<E>>(std::move(values)));
    while ((int)caches.size() < 2 * layers)
        caches.push_back(std::make_unique<Array<E>>(*caches[caches.size() % 2]));
    Array<E> output((size_t)rows * heads * SIZE), alone((size_t)heads * SIZE);
    Array<int> past(lengths), table(tables), slots(slot);
    Array<float> partial((size_t)rows * heads * most * (SIZE + 2));
    const float epsilon = 1e-5f, scale = 1.4426950408889634f / std::sqrt((float)SIZE);
    auto launch = [&](int layer, int from, int count, int blocks, E* to) {
        E *keyCache = caches[2 * layer]->data, *valueCache = caches[2 * layer + 1]->data;
        dim3 grid(kvHeads * ((group + 1) / 2), blocks, count);
        const Q* packed = qkv.data + (size_t)from * perToken * SIZE;
        const float *cosines = cos.data + (size_t)from * width, *sines = sin.data + (size_t)from * width;
#define ATTEND(name)                                                                                                                              \
    KERNEL(attention::decode_attention_##name, grid, attention::THREADS, 0, packed, cosines, sines, queryWeight.data, keyWeight.data, keyCache,      \
        valueCache, past.data + from, table.data + (size_t)from * columns, slots.data + from, to, partial.data, group, kvHeads, columns, most, blockBits, width, epsilon, scale)
#define ATTEND_SHARED(format, size)         \
    if (blocks < most)                      \
        ATTEND(several_##format##_##size);  \
    else                                    \
        ATTEND(format##_##size);
#define ATTEND_IN(format)              \
    if constexpr (SIZE == 16)          \
    {                                  \
        ATTEND_SHARED(format, 16)      \
    }                                  \
    else if constexpr (SIZE == 32)     \
    {                                  \
        ATTEND_SHARED(format, 32)      \
    }                                  \
    else if constexpr (SIZE == 64)     \
    {                                  \
        ATTEND_SHARED(format, 64)      \
    }                                  \
    else                               \
    {                                  \
        ATTEND_SHARED(format, 128)     \
    }
        if constexpr (std::is_same<Q, Fp16>::value)
        {
            ATTEND_IN(fp16)
        }
        else if constexpr (std::is_same<Q, Bf16>::value)
        {
            ATTEND_IN(bf16)
        }
        else if constexpr (std::is_same<E, Fp16>::value)
        {
            ATTEND_IN(wide_fp16)
        }
        else
        {
            ATTEND_IN(wide_bf16)
        }
    };
    auto run = [&](int i) { launch(i % layers, 0, rows, sharing, output.data); };
    run(0);
    std::vector<double> got = wide(output.pull());
    run(0);
    bool same = got == wide(output.pull());
    launch(0, rows - 1, 1, most, alone.data);
    std::vector<double> single = wide(alone.pull());
    same &= std::equal(single.begin(), single.end(), got.end() - single.size());
    // What the cache has to hold now; a key and a value are what the attention has used, up to one rounding.
    const std::vector<E>&k = caches[0]->pull(), &v = caches[1]->pull();
    std::vector<double> reference((size_t)rows * heads * SIZE), stored((size_t)rows * kvHeads * SIZE * 2), wanted(stored.size());
    std::vector<char> kept((size_t)rows * heads, true);
    auto rotated = [&](int row, int head, const std::vector<float>& weight) {
        std::vector<double> turned(SIZE);
        const Q* from = &qkv.host[((size_t)row * perToken + head) * SIZE];
        double squares = 0;
        for (int i = 0; i < SIZE; i++)
        {
            double other = i < SIZE / 2 ? -Format<Q>::read(from[i + SIZE / 2]) : Format<Q>::read(from[i - SIZE / 2]);
            turned[i] = Format<Q>::read(from[i]) * cos.host[(size_t)row * width + i % width] + other * sin.host[(size_t)row * width + i % width];
            squares += turned[i] * turned[i];
        }
        for (int i = 0; i < SIZE; i++)
            turned[i] *= weight[i] / std::sqrt(squares / SIZE + epsilon);
        return turned;
    };
    auto refer = [&](int row, int head) {
        int kvHead = head / group;
        std::vector<double> query = rotated(row, head, queryWeight.host), newKey = rotated(row, heads + kvHead, keyWeight.host), newValue, weights, sums(SIZE);
        for (int i = 0; i < SIZE; i++)
            newValue.push_back(Format<E>::read(Format<E>::make((float)Format<Q>::read(qkv.host[((size_t)row * perToken + heads + kvHeads + kvHead) * SIZE + i]))));
        for (double& number : newKey)
            number = Format<E>::read(Format<E>::make((float)number));
        auto placeOf = [&](int token) { return (((size_t)tables[(size_t)row * columns + token / blockSize] * blockSize + token % blockSize) * kvHeads + kvHead) * SIZE; };
        double total = 0;
        for (int token = 0; token <= lengths[row]; token++)
        {
            double score = 0;
            for (int i = 0; i < SIZE; i++)
                score += query[i] * (token == lengths[row] ? newKey[i] : Format<E>::read(k[placeOf(token) + i]));
            weights.push_back(std::exp(score / std::sqrt((double)SIZE)));
            total += weights.back();
        }
        for (int token = 0; token <= lengths[row]; token++)
            for (int i = 0; i < SIZE; i++)
                sums[i] += weights[token] / total * (token == lengths[row] ? newValue[i] : Format<E>::read(v[placeOf(token) + i]));
        std::copy(sums.begin(), sums.end(), reference.begin() + ((size_t)row * heads + head) * SIZE);
        for (int i = 0; i < SIZE; i++)
        {
            double key = Format<E>::read(k[placeOf(lengths[row]) + i]), value = Format<E>::read(v[placeOf(lengths[row]) + i]);
            if (slot[row] < 0)
                kept[(size_t)row * heads + head] &= empty[row] || (isnan(key) && isnan(value));
            else if (head % group == 0)
            {
                size_t at = (((size_t)row * kvHeads + kvHead) * SIZE + i) * 2;
                stored[at] = key;
                stored[at + 1] = value;
                wanted[at] = newKey[i];
                wanted[at + 1] = newValue[i];
            }
        }
    };
    inRanges((size_t)rows * heads, [&](size_t from, size_t to) {
        for (size_t at = from; at < to; at++)
            refer((int)(at / heads), (int)(at % heads));
    });
    same &= std::all_of(kept.begin(), kept.end(), [](char one) { return one; });
    double error = same ? std::max(distance(reference, got), distance(wanted, stored)) : INFINITY;
    std::string shape = std::to_string(rows) + " of " + std::to_string(*std::max_element(lengths.begin(), lengths.end()) + 1) + ", " + std::to_string(heads) + "+2x" + std::to_string(kvHeads) + "x" + std::to_string(SIZE)
        + ", blocks of " + std::to_string(blockSize) + ", " + std::to_string(sharing) + " share" + (std::is_same<E, Q>::value ? "" : ", wide")
        + (wholeRows ? ", whole rows of angles" : "") + (sharpness > 1 ? ", sharp" : "");
    report("decode_attention", Format<E>::name, shape, error, Format<E>::tolerance, microseconds(24, run), 4.0 * tokens * kvHeads * SIZE);
}

// Every kernel of decode_attention.cu, with lengths on both sides of where blocks of the cache, chunks and warps end, and rows without a sequence.
template <typename E, typename Q, int SIZE>
static void testEdges()
{
    testAttention<E, Q, SIZE>({0, 15, 16, EMPTY, 17, 127, 128, 129, EMPTY}, 2, 1, 16, 2, 2);
    testAttention<E, Q, SIZE>({255, 256, 257, EMPTY, 383}, 1, 2, 256, 4, 2, 1, true);
}

template <typename E>
static void testSmall()
{
    testRotation<E>(3, 4, 2, 64, true);
    testRotation<E>(5, 3, 1, 128, false);
    testRotation<E>(1, 2, 2, 16, true);
    testRotation<E>(1, 1, 1, 512, true);
    testRotation<E, float>(3, 4, 2, 64, true);
    testAttention<E, E, 128>({0, 1, 15, 16, 127, 128, 300}, 2, 2, 64, 4, 4);
    testAttention<E, float, 64>({200, 17, 0, 129}, 3, 1, 16, 2, 1);
    testAttention<E, float, 32>({31, 260}, 1, 2, 256, 4, 2);
    testAttention<E, E, 16>({5, 140}, 4, 1, 32, 3, 1);
    testAttention<E, E, 16>({2300, 2047}, 2, 1, 256, 20, 3);
    testAttention<E, float, 128>({130, 900, 767, 640}, 2, 1, 64, 8, 2);
    testEdges<E, E, 16>();
    testEdges<E, E, 32>();
    testEdges<E, E, 64>();
    testEdges<E, E, 128>();
    testEdges<E, float, 16>();
    testEdges<E, float, 32>();
    testEdges<E, float, 64>();
    testEdges<E, float, 128>();
    testAttention<E, float, 64>({300, 90, 200}, 2, 1, 64, 3, 3, 1, false, 12);
    testAttention<E, float, 64>({700, EMPTY, 600}, 3, 1, 64, 6, 2, 1, true, 12);
    testAttention<E, E, 16>({40, 3, 129, 0, 260, 17, 16, 128, EMPTY, 200, 127, 70, 1, 33, 300, EMPTY, EMPTY, 383}, 2, 2, 64, 3, 1);
    testSwiglu<E>(3, 136);
    testSwiglu<E>(2, 24, 60);
    testAddNorm<E, E>(3, 256, 1, true);
    testAddNorm<E, float>(1, 4096, 3, false);
    testAddNorm<E, E>(2, 40, 1, false);
    testAddNorm<E, float>(2, 1032, 4, false);
    testTowerNorm<E, E>(3, 256, false);
    testTowerNorm<E, float>(6, 1152, false);
    testTowerNorm<E, float>(2, 4096, false);
    testTowerNorm<E, float>(2, 4, false);
    testTowerNorm<E, float>(3, 520, true);
    testBiasGelu<E>(5, 136);
    testBiasGelu<E>(3, 8);
    testProduct<E>(false, 1, 256, 70, 1);
    testProduct<E>(false, 7, 40, 33, 1);
    testProduct<E>(false, 13, 1152, 40, 4);
    testProduct<E>(false, 35, 264, 40, 2);
    testProduct<E>(false, 8, 8, 5, 1);
    testProduct<E>(false, 16, 520, 33, 1);
    testProduct<E>(true, 17, 72, 17, 1);
    testProduct<E>(true, 64, 40, 16, 1);
    testProduct<E>(true, 9, 256, 50, 1);
    testProduct<E>(true, 32, 136, 24, 1);
    for (int rows = 1; rows <= 4; rows++)
    {
        testMatvec<E>(NORM_LINEAR, rows, 256, 70);
        testMatvec<E>(NORM_LINEAR, rows, 1160, 70, 2);
        testMatvec<E>(NORM_SWIGLU, rows, 40, 68);
        testMatvec<E>(NORM_LINEAR, rows, 1152, 33);
        testMatvec<E>(ADD_LINEAR, rows, 136, 40);
        testMatvec<E>(ADD_LINEAR, rows, 3584, 9);
        testMatvec<E>(ADD_LINEAR, rows, 9000, 5);
    }
}

#ifndef HOST_LANES
// The sizes of the public checkpoint.
template <typename E>
static void testPublic()
{
    for (int rows : {1600, 4800})
    {
        testTowerNorm<E, E>(rows, 1152, false);
        testTowerNorm<E, float>(rows, 1152, false);
        testTowerNorm<E, float>(rows, 1152, true);
        testBiasGelu<E>(rows, 4304);
    }
    // One sequence far longer than those beside it.
    for (int rows : {8, 32, 64})
        for (int sharing : {8, 4, 2, 1})
        {
            std::vector<int> lengths(rows, 499);
            lengths[rows / 2] = 7999;
            testAttention<E, float, 128>(lengths, 2, 8, 256, 64, sharing, 2);
        }
    for (int rows : {1, 2, 4, 8, 16, 24, 32, 64})
        for (int sharing : {16, 12, 8, 6, 4, 3, 2, 1})
            if (rows * sharing >= 16 && (sharing == 16 || (rows >= 8 && rows * sharing <= 256)))
                testAttention<E, float, 128>(std::vector<int>(rows, 1299), 2, 8, 256, 16, sharing, rows <= 4 ? 24 : rows <= 16 ? 6 : 2);
    testAttention<E, E, 128>(std::vector<int>(64, 1299), 2, 8, 256, 16, 2, 2);
    testAttention<E, float, 128>({7999}, 2, 8, 256, 64, 64, 8);
    for (int tokens : {1, 4, 64, 1248})
        testRotation<E>(tokens, 16, 8, 128, tokens > 64);
    for (int rows : {1, 4, 64, 1248})
        testSwiglu<E>(rows, 3584);
    for (int rows : {32, 1248})
        testAddNorm<E, E>(rows, 1024, 1, false);
    testAddNorm<E, float>(32, 1024, 4, false);
    for (int rows : {2, 4, 8, 16, 32, 64})
    {
        testProduct<E>(false, rows, 1024, 4096, 1);
        testProduct<E>(true, rows, 1024, 3584, 1);
        testProduct<E>(false, rows, 2048, 1024, 4);
        testProduct<E>(false, rows, 3584, 1024, 4);
    }
    for (int rows : {1, 2, 4})
    {
        testMatvec<E>(NORM_LINEAR, rows, 1024, 4096);
        testMatvec<E>(NORM_SWIGLU, rows, 1024, 3584);
        testMatvec<E>(ADD_LINEAR, rows, 2048, 1024);
        testMatvec<E>(ADD_LINEAR, rows, 3584, 1024);
    }
    testMatvec<E>(NORM_LINEAR, 1, 1024, 120818);
    for (int rows : {1, 8, 32, 64})
        testProduct<E>(false, rows, 1024, 120818, 1);
}
#endif

int main()
{
#ifndef HOST_LANES
    cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking);
#endif
    testSmall<Fp16>();
    testSmall<Bf16>();
    testChoice(2, 300, 3, false);
    testChoice(3, 1031, 5, true);
    testChoice(1, 7, 1, true);
    testChoice(2, 3, 1, false);
    testChoice(2, 9000, 32, true);
    testOddLogits();
#ifndef HOST_LANES
    for (int rows : {1, 8, 64, 128})
        testChoice(rows, 120818, rows <= 4 ? 32 : 8, false);
    testPublic<Bf16>();
    testPublic<Fp16>();
#endif
    std::printf("{\"all_good\":%s}\n", failed ? "false" : "true");
    return failed ? 1 : 0;
}
