// hunyuanocr.Product, ProductParts and ProductSwiGlu: products of up to 32 rows at a time with a matrix [N, K] on the tensor cores, sums in
// 32 bits. The matrix is the first factor of each mma, so that a row of a step is a column of it: what a row becomes does not depend on
// how many others there are. A block has 16 or twice 16 rows of the matrix; its warps share the columns and add up in a fixed order.
#include "tiles.cuh"

constexpr int THREADS = 256;
constexpr int WARPS = THREADS / 32;
constexpr int TILE = 16;    // rows of the matrix in one mma
constexpr int COLUMNS = 32; // of the matrix that a warp takes at once: four lanes with eight each
constexpr int UNROLL = 4;   // times that, loads of a lane under way

template <typename E>
__device__ __forceinline__ Eight matrixEight(const E* row, int column, int size, bool there)
{
    Eight none = {};
    return there && column < size ? loadOnce(row + column) : none;
}

template <typename E>
__device__ __forceinline__ Eight inputEight(const E* row, int column, int size, bool there)
{
    Eight none = {};
    return there && column < size ? loadEight(row + column) : none;
}

// sums[t][n] += rows of tile t, times the columns of the n-th eight rows of inputs, over [first, end) of the matrix's columns. The order of
// columns within a sum is that of the loads: lane t of four has columns 8 t to 8 t + 7 of 32, and both factors the same.
template <typename E, int TILES, int EIGHTS>
__device__ __forceinline__ void multiply(float (&sums)[TILES][EIGHTS][4], const E* const (&low)[TILES], const bool (&lowThere)[TILES], const bool (&highThere)[TILES],
    const E* inputs, int rows, int size, int first, int end)
{
    int lane = threadIdx.x & 31, group = lane >> 2, eight = (lane & 3) * 8;
    for (int column = first; column < end; column += COLUMNS * UNROLL)
    {
        Eight upper[UNROLL][TILES], lower[UNROLL][TILES], input[UNROLL][EIGHTS];
#pragma unroll
        for (int step = 0; step < UNROLL; step++)
#pragma unroll
            for (int tile = 0; tile < TILES; tile++)
            {
                int from = column + step * COLUMNS + eight;
                upper[step][tile] = matrixEight(low[tile], from, end, lowThere[tile]);
                lower[step][tile] = matrixEight(low[tile] + (long long)8 * size, from, end, highThere[tile]);
            }
#pragma unroll
        for (int step = 0; step < UNROLL; step++)
#pragma unroll
            for (int n = 0; n < EIGHTS; n++)
                input[step][n] = inputEight(inputs + (long long)(n * 8 + group) * size, column + step * COLUMNS + eight, end, n * 8 + group < rows);
#pragma unroll
        for (int step = 0; step < UNROLL; step++)
#pragma unroll
            for (int half = 0; half < 2; half++)
#pragma unroll
                for (int tile = 0; tile < TILES; tile++)
                {
                    unsigned a[4] = {upper[step][tile].pair[2 * half], lower[step][tile].pair[2 * half], upper[step][tile].pair[2 * half + 1], lower[step][tile].pair[2 * half + 1]};
#pragma unroll
                    for (int n = 0; n < EIGHTS; n++)
                        multiplyTile(sums[tile][n], a, input[step][n].pair[2 * half], input[step][n].pair[2 * half + 1], E());
                }
    }
}

// inputs [rows, size]; matrix [outputs, size], for GATED [2 * outputs, size] (gate, then up); result float [parts, rows, outputs], for GATED
// E [rows, outputs] = silu(gate) * up. Grid: x = tiles of the matrix * chunks of 8 * EIGHTS rows, chunks side by side, y = parts of the columns.
template <typename E, int EIGHTS, bool GATED>
__device__ __forceinline__ void product(const E* inputs, const E* matrix, float* result, E* gated, int rows, int size, int outputs)
{
    constexpr int TILES = 2, ROWS = 8 * EIGHTS;
    __shared__ float shared[WARPS][TILES * TILE][ROWS + 1];
    int chunks = (rows + ROWS - 1) / ROWS, chunk = blockIdx.x % chunks, block = blockIdx.x / chunks;
    int first = chunk * ROWS, left = rows - first < ROWS ? rows - first : ROWS;
    int lane = threadIdx.x & 31, warp = threadIdx.x >> 5, group = lane >> 2;
    // Columns of a warp: the same whatever the rows are.
    int share = (size + COLUMNS - 1) / COLUMNS, shares = WARPS * gridDim.y, mine = blockIdx.y * WARPS + warp;
    int begin = share * mine / shares * COLUMNS, end = share * (mine + 1) / shares * COLUMNS;
    end = end < size ? end : size;
    const E* low[TILES];
    bool lowThere[TILES], highThere[TILES];
#pragma unroll
    for (int tile = 0; tile < TILES; tile++)
    {
        int output = (GATED ? block * TILE : (block * TILES + tile) * TILE) + group;
        lowThere[tile] = output < outputs;
        highThere[tile] = output + 8 < outputs;
        low[tile] = matrix + ((GATED ? (long long)tile * outputs : 0) + output) * size;
    }
    float sums[TILES][EIGHTS][4] = {};
    multiply<E, TILES, EIGHTS>(sums, low, lowThere, highThere, inputs + (long long)first * size, left, size, begin, end);
#pragma unroll
    for (int tile = 0; tile < TILES; tile++)
#pragma unroll
        for (int n = 0; n < EIGHTS; n++)
#pragma unroll
            for (int i = 0; i < 4; i++)
                shared[warp][tile * TILE + group + 8 * (i >> 1)][n * 8 + (lane & 3) * 2 + (i & 1)] = sums[tile][n][i];
    __syncthreads();
    constexpr int WIDTH = GATED ? TILE : TILES * TILE;
    for (int place = threadIdx.x; place < left * WIDTH; place += THREADS)
    {
        int row = place / WIDTH, column = place % WIDTH, output = block * WIDTH + column;
        if (output >= outputs)
            continue;
        float sum = 0, up = 0;
#pragma unroll
        for (int other = 0; other < WARPS; other++)
        {
            sum += shared[other][column][row];
            if (GATED)
                up += shared[other][TILE + column][row];
        }
        if (GATED)
            gated[(long long)(first + row) * outputs + output] = narrowed<E>(sum * sigmoid(sum) * up);
        else
            result[((long long)blockIdx.y * rows + first + row) * outputs + output] = sum;
    }
}

#define PRODUCTS(E, suffix, EIGHTS)                                                                                                         \
    extern "C" __global__ void __launch_bounds__(256) product_##suffix##_##EIGHTS(const E* inputs, const E* matrix, float* result,       \
        int rows, int size, int outputs)                                                                                                    \
    {                                                                                                                                       \
        product<E, EIGHTS, false>(inputs, matrix, result, nullptr, rows, size, outputs);                                                    \
    }                                                                                                                                       \
    extern "C" __global__ void __launch_bounds__(256) product_swiglu_##suffix##_##EIGHTS(const E* inputs, const E* matrix, E* result,    \
        int rows, int size, int outputs)                                                                                                    \
    {                                                                                                                                       \
        product<E, EIGHTS, true>(inputs, matrix, nullptr, result, rows, size, outputs);                                                     \
    }

#define PRODUCTS_OF(E, suffix) \
    PRODUCTS(E, suffix, 1)     \
    PRODUCTS(E, suffix, 2)     \
    PRODUCTS(E, suffix, 4)

PRODUCTS_OF(Fp16, fp16)
PRODUCTS_OF(Bf16, bf16)
