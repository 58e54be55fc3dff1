// hunyuanocr.TokenChoice: the five likeliest tokens of every row of logits with their log-probabilities, the
// lower id first among equals. Two launches: parts of a row side by side, then the parts of a row together.
#include "numbers.cuh"

constexpr int TOP = 5;
constexpr int THREADS = 256;
constexpr int LOADS = 8; // of a thread under way
constexpr int NONE = 0x7FFFFFFF;

// What a part of a row leaves: highest logit, sum of exp(logit - highest), likeliest five.
struct Part
{
    float highest;
    float sum;
    float values[TOP];
    int ids[TOP];
};

__device__ __forceinline__ bool before(float value, int id, float other, int otherId)
{
    return value > other || (value == other && id < otherId);
}

struct Likeliest
{
    float values[TOP];
    int ids[TOP];

    __device__ __forceinline__ void clear()
    {
#pragma unroll
        for (int i = 0; i < TOP; i++)
        {
            values[i] = -INFINITY;
            ids[i] = NONE;
        }
    }

    __device__ __forceinline__ void add(float value, int id)
    {
        if (!before(value, id, values[TOP - 1], ids[TOP - 1]))
            return;
        values[TOP - 1] = value;
        ids[TOP - 1] = id;
#pragma unroll
        for (int i = TOP - 1; i > 0; i--)
        {
            if (!before(values[i], ids[i], values[i - 1], ids[i - 1]))
                break;
            float v = values[i];
            values[i] = values[i - 1];
            values[i - 1] = v;
            int d = ids[i];
            ids[i] = ids[i - 1];
            ids[i - 1] = d;
        }
    }

    // Takes the first away.
    __device__ __forceinline__ void pop()
    {
#pragma unroll
        for (int i = 0; i < TOP - 1; i++)
        {
            values[i] = values[i + 1];
            ids[i] = ids[i + 1];
        }
        values[TOP - 1] = -INFINITY;
        ids[TOP - 1] = NONE;
    }
};

// The best head of all lanes, known to all of them.
__device__ __forceinline__ void warpBest(float& value, int& id)
{
    for (int distance = 16; distance > 0; distance >>= 1)
    {
        float other = __shfl_xor_sync(0xFFFFFFFFu, value, distance);
        int otherId = __shfl_xor_sync(0xFFFFFFFFu, id, distance);
        if (before(other, otherId, value, id))
        {
            value = other;
            id = otherId;
        }
    }
}

// sum of exp(logit - highest) of two parts.
__device__ __forceinline__ void join(float& highest, float& sum, float otherHighest, float otherSum)
{
    float higher = fmaxf(highest, otherHighest);
    // A part without a number has nothing to add, and -inf - -inf is none.
    sum = (sum == 0 ? 0 : sum * expf(highest - higher)) + (otherSum == 0 ? 0 : otherSum * expf(otherHighest - higher));
    highest = higher;
}

__device__ __forceinline__ void warpJoin(float& highest, float& sum)
{
    for (int distance = 16; distance > 0; distance >>= 1)
    {
        float otherHighest = __shfl_xor_sync(0xFFFFFFFFu, highest, distance);
        float otherSum = __shfl_xor_sync(0xFFFFFFFFu, sum, distance);
        join(highest, sum, otherHighest, otherSum);
    }
}

// Grid (parts, rows), blocks of 256. logits [rows, vocabulary]; parts [rows, parts].
extern "C" __global__ void __launch_bounds__(256) token_choice_parts(const float* logits, Part* parts, int vocabulary)
{
    __shared__ float values[THREADS / 32][TOP];
    __shared__ int ids[THREADS / 32][TOP];
    __shared__ float highests[THREADS / 32], sums[THREADS / 32];
    long long row = blockIdx.y;
    const float* from = logits + row * vocabulary;
    Likeliest mine;
    mine.clear();
    float highest = -INFINITY, sum = 0;
    int step = gridDim.x * THREADS;
    for (int first = blockIdx.x * THREADS + threadIdx.x; first < vocabulary; first += LOADS * step)
    {
        float batch[LOADS], higher = highest;
#pragma unroll
        for (int i = 0; i < LOADS; i++)
            batch[i] = first + i * step < vocabulary ? from[first + i * step] : -INFINITY;
#pragma unroll
        for (int i = 0; i < LOADS; i++)
            higher = fmaxf(higher, batch[i]);
        join(highest, sum, higher, 0);
#pragma unroll
        for (int i = 0; i < LOADS; i++)
        {
            if (first + i * step < vocabulary)
                mine.add(batch[i], first + i * step);
            // Not a number stays in the sum, so that whoever reads the log-probability sees it.
            sum += batch[i] == -INFINITY ? 0.0f : batch[i] == highest ? 1.0f : expf(batch[i] - highest);
        }
    }
    int lane = threadIdx.x & 31, warp = threadIdx.x >> 5;
    warpJoin(highest, sum);
    for (int place = 0; place < TOP; place++)
    {
        float value = mine.values[0];
        int id = mine.ids[0];
        warpBest(value, id);
        if (id != NONE && id == mine.ids[0])
            mine.pop();
        if (lane == 0)
        {
            values[warp][place] = value;
            ids[warp][place] = id;
        }
    }
    if (lane == 0)
    {
        highests[warp] = highest;
        sums[warp] = sum;
    }
    __syncthreads();
    if (warp != 0)
        return;
    // A lane of the first warp for each warp.
    bool there = lane < THREADS / 32;
    highest = there ? highests[lane] : -INFINITY;
    sum = there ? sums[lane] : 0;
    warpJoin(highest, sum);
#pragma unroll
    for (int place = 0; place < TOP; place++)
    {
        mine.values[place] = there ? values[lane][place] : -INFINITY;
        mine.ids[place] = there ? ids[lane][place] : NONE;
    }
    Part* part = parts + row * gridDim.x + blockIdx.x;
    for (int place = 0; place < TOP; place++)
    {
        float value = mine.values[0];
        int id = mine.ids[0];
        warpBest(value, id);
        if (id != NONE && id == mine.ids[0])
            mine.pop();
        if (lane != 0)
            continue;
        part->values[place] = value;
        part->ids[place] = id;
    }
    if (lane != 0)
        return;
    part->highest = highest;
    part->sum = sum;
}

// Grid (rows), blocks of one warp; at most 32 parts.
extern "C" __global__ void __launch_bounds__(32) token_choice_rows(const Part* parts, int count, int vocabulary, int top, long long* tokenIds,
    float* tokenLogprobs, int* topIds, float* topLogprobs)
{
    long long row = blockIdx.x;
    int lane = threadIdx.x;
    Likeliest mine;
    mine.clear();
    float highest = -INFINITY, sum = 0;
    if (lane < count)
    {
        const Part* part = parts + row * count + lane;
        highest = part->highest;
        sum = part->sum;
        for (int place = 0; place < TOP; place++)
        {
            mine.values[place] = part->values[place];
            mine.ids[place] = part->ids[place];
        }
    }
    warpJoin(highest, sum);
    float total = highest + logf(sum);
    for (int place = 0; place < top; place++)
    {
        float value = mine.values[0];
        int id = mine.ids[0];
        warpBest(value, id);
        if (id != NONE && id == mine.ids[0])
            mine.pop();
        if (lane != 0)
            continue;
        // Where no logit is a number there is no token either: any will do, its log-probability says so.
        int chosen = id < vocabulary ? id : 0;
        topIds[row * top + place] = chosen;
        topLogprobs[row * top + place] = value - total;
        if (place > 0)
            continue;
        tokenIds[row] = chosen;
        tokenLogprobs[row] = value - total;
    }
}
