// hunyuanocr.NormLinear, NormSwiGlu and AddLinear: products of a few rows with a matrix [N, K] that is read once, whole rows of it, 16
// bytes a lane, as many loads under way as registers hold. The loads of the matrix are started before the norm is computed, which needs
// them not. The residual stream and what is normed stay in 32 bits.
#include "numbers.cuh"

constexpr int THREADS = 256;
constexpr int WARPS = THREADS / 32;
constexpr int LOADS = 4; // of a lane under way for one row of the matrix

// The part of a row of the matrix that a lane multiplies: eights first, first + step, ... below end.
struct Share
{
    int first;
    int step;
    int end;
};

template <typename E>
__device__ __forceinline__ void loadShare(Eight (&weights)[LOADS], const E* row, const Share& share)
{
#pragma unroll
    for (int load = 0; load < LOADS; load++)
    {
        int place = share.first + load * share.step;
        if (place < share.end)
            weights[load] = loadOnce(row + (long long)place * 8);
    }
}

template <typename E, typename I, int ROWS>
__device__ __forceinline__ void multiplyShare(float (&sums)[ROWS], const Eight (&weights)[LOADS], const I* inputs, int eights, int rows, const Share& share)
{
#pragma unroll
    for (int load = 0; load < LOADS; load++)
    {
        int place = share.first + load * share.step;
        if (place >= share.end)
            continue;
#pragma unroll
        for (int row = 0; row < ROWS; row++)
        {
            if (row >= rows)
                continue;
            float input[8];
            widenEight(input, inputs + ((long long)row * eights + place) * 8);
#pragma unroll
            for (int i = 0; i < 8; i++)
                sums[row] += valueOf<E>(weights[load], i) * input[i];
        }
    }
}

// One row of the matrix times all inputs; the first LOADS of a lane are there already.
template <typename E, typename I, int ROWS>
__device__ __forceinline__ void multiplyRow(float (&sums)[ROWS], Eight (&weights)[LOADS], const E* matrixRow, const I* inputs, int eights, int rows, Share share)
{
    multiplyShare<E, I, ROWS>(sums, weights, inputs, eights, rows, share);
    for (share.first += LOADS * share.step; share.first < share.end; share.first += LOADS * share.step)
    {
        loadShare(weights, matrixRow, share);
        multiplyShare<E, I, ROWS>(sums, weights, inputs, eights, rows, share);
    }
}

// RMSNorm of every row of hidden [rows, size] into shared memory. The whole block takes part.
template <typename E>
__device__ __forceinline__ void normRows(float* normed, const float* hidden, const E* gamma, int rows, int size, float epsilon)
{
    __shared__ float partial[WARPS];
    for (int row = 0; row < rows; row++)
    {
        const Four<float>* from = reinterpret_cast<const Four<float>*>(hidden + (long long)row * size);
        float squares = 0;
        for (int place = threadIdx.x; place < size / 4; place += THREADS)
        {
            Four<float> values = from[place];
#pragma unroll
            for (int i = 0; i < 4; i++)
                squares += values.at[i] * values.at[i];
        }
        squares = warpSum(squares);
        if ((threadIdx.x & 31) == 0)
            partial[threadIdx.x >> 5] = squares;
        __syncthreads();
        squares = 0;
#pragma unroll
        for (int warp = 0; warp < WARPS; warp++)
            squares += partial[warp];
        float scale = rsqrtf(squares / (float)size + epsilon);
        for (int place = threadIdx.x; place < size / 4; place += THREADS)
        {
            Four<float> values = from[place];
            Four<E> factors = reinterpret_cast<const Four<E>*>(gamma)[place];
#pragma unroll
            for (int i = 0; i < 4; i++)
                values.at[i] *= scale * toFloat(factors.at[i]);
            reinterpret_cast<Four<float>*>(normed + (long long)row * size)[place] = values;
        }
        __syncthreads();
    }
}

// result [rows, outputs] = norm(hidden [rows, size]) * matrix [outputs, size] transposed. A warp for each row of the matrix, which takes
// the next one, grid * WARPS further on, until all are done. Dynamic shared memory: rows * size floats.
template <typename E, int ROWS>
__device__ __forceinline__ void normLinear(const float* hidden, const E* gamma, const E* matrix, float* result, int rows, int size, int outputs, float epsilon)
{
    float* normed = reinterpret_cast<float*>(dynamicShared());
    int lane = threadIdx.x & 31, output = blockIdx.x * WARPS + (threadIdx.x >> 5);
    Share share = {lane, 32, size / 8};
    Eight weights[LOADS];
    if (output < outputs)
        loadShare(weights, matrix + (long long)output * size, share);
    normRows(normed, hidden, gamma, rows, size, epsilon);
    while (output < outputs)
    {
        float sums[ROWS] = {};
        multiplyRow<E, float, ROWS>(sums, weights, matrix + (long long)output * size, normed, size / 8, rows, share);
        int next = output + gridDim.x * WARPS;
        if (next < outputs)
            loadShare(weights, matrix + (long long)next * size, share);
#pragma unroll
        for (int row = 0; row < ROWS; row++)
        {
            float sum = warpSum(sums[row]);
            if (lane == 0 && row < rows)
                result[(long long)row * outputs + output] = sum;
        }
        output = next;
    }
}

// result [rows, outputs] = silu(gate) * up with [gate; up] = norm(hidden) * matrix [2 * outputs, size] transposed.
template <typename E, int ROWS>
__device__ __forceinline__ void normSwiglu(const float* hidden, const E* gamma, const E* matrix, E* result, int rows, int size, int outputs, float epsilon)
{
    float* normed = reinterpret_cast<float*>(dynamicShared());
    int lane = threadIdx.x & 31, output = blockIdx.x * WARPS + (threadIdx.x >> 5);
    Share share = {lane, 32, size / 8};
    const E* gateRow = matrix + (long long)output * size;
    const E* upRow = matrix + ((long long)outputs + output) * size;
    Eight gateWeights[LOADS], upWeights[LOADS];
    if (output < outputs)
    {
        loadShare(gateWeights, gateRow, share);
        loadShare(upWeights, upRow, share);
    }
    normRows(normed, hidden, gamma, rows, size, epsilon);
    if (output >= outputs)
        return;
    float gates[ROWS] = {}, ups[ROWS] = {};
    multiplyRow<E, float, ROWS>(gates, gateWeights, gateRow, normed, size / 8, rows, share);
    multiplyRow<E, float, ROWS>(ups, upWeights, upRow, normed, size / 8, rows, share);
#pragma unroll
    for (int row = 0; row < ROWS; row++)
    {
        float gate = warpSum(gates[row]), up = warpSum(ups[row]);
        if (lane == 0 && row < rows)
            result[(long long)row * outputs + output] = narrowed<E>(gate * sigmoid(gate) * up);
    }
}

// result [rows, outputs] = residual [rows, outputs] + inputs [rows, size] * matrix [outputs, size] transposed. warpsOfRow warps (1, 2, 4
// or 8) share one row of the matrix.
template <typename E, int ROWS>
__device__ __forceinline__ void addLinear(const E* inputs, const E* matrix, const float* residual, float* result, int rows, int size, int outputs, int warpsOfRow)
{
    __shared__ float partial[WARPS][ROWS];
    int lane = threadIdx.x & 31, warp = threadIdx.x >> 5, part = warp % warpsOfRow;
    int output = blockIdx.x * (WARPS / warpsOfRow) + warp / warpsOfRow;
    Share share = {part * 32 + lane, 32 * warpsOfRow, size / 8};
    float sums[ROWS] = {};
    if (output < outputs)
    {
        Eight weights[LOADS];
        const E* matrixRow = matrix + (long long)output * size;
        loadShare(weights, matrixRow, share);
        multiplyRow<E, E, ROWS>(sums, weights, matrixRow, inputs, size / 8, rows, share);
    }
#pragma unroll
    for (int row = 0; row < ROWS; row++)
    {
        float sum = warpSum(sums[row]);
        if (lane == 0)
            partial[warp][row] = sum;
    }
    __syncthreads();
    if (part != 0 || lane >= ROWS || lane >= rows || output >= outputs)
        return;
    float sum = 0;
    for (int other = 0; other < warpsOfRow; other++)
        sum += partial[warp + other][lane];
    long long place = (long long)lane * outputs + output;
    result[place] = residual[place] + sum;
}

#define MATVEC(E, suffix, ROWS)                                                                                                              \
    extern "C" __global__ void __launch_bounds__(256, 3) norm_linear_##suffix##_##ROWS(const float* hidden, const E* gamma, const E* matrix, \
        float* result, int rows, int size, int outputs, float epsilon)                                                                       \
    {                                                                                                                                        \
        normLinear<E, ROWS>(hidden, gamma, matrix, result, rows, size, outputs, epsilon);                                                    \
    }                                                                                                                                        \
    extern "C" __global__ void __launch_bounds__(256, 3) norm_swiglu_##suffix##_##ROWS(const float* hidden, const E* gamma, const E* matrix, \
        E* result, int rows, int size, int outputs, float epsilon)                                                                           \
    {                                                                                                                                        \
        normSwiglu<E, ROWS>(hidden, gamma, matrix, result, rows, size, outputs, epsilon);                                                    \
    }                                                                                                                                        \
    extern "C" __global__ void __launch_bounds__(256, 3) add_linear_##suffix##_##ROWS(const E* inputs, const E* matrix,                      \
        const float* residual, float* result, int rows, int size, int outputs, int warpsOfRow)                                               \
    {                                                                                                                                        \
        addLinear<E, ROWS>(inputs, matrix, residual, result, rows, size, outputs, warpsOfRow);                                               \
    }

#define MATVEC_OF(E, suffix) \
    MATVEC(E, suffix, 1)     \
    MATVEC(E, suffix, 2)     \
    MATVEC(E, suffix, 4)

MATVEC_OF(Fp16, fp16)
MATVEC_OF(Bf16, bf16)
