// Runs device code on a processor: every thread of a block is a fiber, and fibers meet where lanes of a warp exchange values and where
// the block synchronises. It finds wrong results, not slow ones.
#pragma once
#include <ucontext.h>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <vector>

#define __global__
#define __device__
#define __shared__ static
#define __forceinline__ inline
#define __launch_bounds__(...)

struct dim3
{
    unsigned x, y, z;
    dim3(unsigned x = 1, unsigned y = 1, unsigned z = 1) : x(x), y(y), z(z) {}
};

inline dim3 threadIdx, blockIdx, blockDim, gridDim;

struct Eight;
Eight* dynamicShared();

namespace lanes
{
struct Meeting
{
    int members = 0, arrived = 0;
    unsigned phase = 0;
};

struct Fiber
{
    ucontext_t context;
    std::vector<char> stack = std::vector<char>(128 << 10);
    bool done = false;
};

inline ucontext_t scheduler;
inline std::vector<Fiber> fibers;
inline int current;
inline Meeting block;
inline std::vector<Meeting> warps;
inline std::vector<uint32_t> slots;
inline std::vector<uint32_t> fragments;
inline std::vector<char> shared;
inline std::function<void()> body;

inline void leave() { swapcontext(&fibers[current].context, &scheduler); }

inline void depart(Meeting& meeting)
{
    if (--meeting.members > 0 && meeting.arrived == meeting.members)
    {
        meeting.arrived = 0;
        meeting.phase++;
    }
}

inline void meet(Meeting& meeting)
{
    unsigned phase = meeting.phase;
    if (++meeting.arrived == meeting.members)
    {
        meeting.arrived = 0;
        meeting.phase++;
    }
    while (meeting.phase == phase)
        leave();
}

inline void run()
{
    body();
    fibers[current].done = true;
    depart(block);
    depart(warps[current / 32]);
    leave();
}

// Runs all blocks of a launch, one after another.
inline void launch(dim3 grid, int threads, size_t sharedBytes, std::function<void()> kernel)
{
    body = std::move(kernel);
    gridDim = grid;
    blockDim = dim3(threads);
    shared.assign(sharedBytes + 16, 0);
    fibers.resize(threads);
    slots.assign(threads, 0);
    fragments.assign(threads * 6, 0);
    for (unsigned place = 0; place < grid.x * grid.y * grid.z; place++)
    {
        dim3 at(place % grid.x, place / grid.x % grid.y, place / grid.x / grid.y);
        block = {threads, 0, 0};
        warps.assign((threads + 31) / 32, {32, 0, 0});
        for (Fiber& fiber : fibers)
        {
            fiber.done = false;
            getcontext(&fiber.context);
            fiber.context.uc_stack.ss_sp = fiber.stack.data();
            fiber.context.uc_stack.ss_size = fiber.stack.size();
            fiber.context.uc_link = nullptr;
            makecontext(&fiber.context, run, 0);
        }
        for (int left = threads; left > 0;)
        {
            for (current = 0; current < threads; current++)
            {
                if (fibers[current].done)
                    continue;
                threadIdx = dim3(current);
                blockIdx = at;
                swapcontext(&scheduler, &fibers[current].context);
                left -= fibers[current].done;
            }
        }
    }
}
}

inline void __syncthreads() { lanes::meet(lanes::block); }

// Blocks run one after another, and fibers change only where they meet.
inline void __threadfence() {}

inline unsigned atomicAdd(unsigned* place, unsigned more)
{
    unsigned before = *place;
    *place += more;
    return before;
}

template <typename T>
T __shfl_sync(unsigned, T value, int lane)
{
    int self = lanes::current;
    std::memcpy(&lanes::slots[self], &value, 4);
    lanes::meet(lanes::warps[self / 32]);
    T other;
    std::memcpy(&other, &lanes::slots[self / 32 * 32 + lane], 4);
    lanes::meet(lanes::warps[self / 32]);
    return other;
}

template <typename T>
T __shfl_xor_sync(unsigned mask, T value, int distance)
{
    return __shfl_sync(mask, value, lanes::current % 32 ^ distance);
}

inline unsigned __byte_perm(unsigned low, unsigned high, unsigned places)
{
    uint64_t bytes = (uint64_t)high << 32 | low;
    unsigned result = 0;
    for (int i = 0; i < 4; i++)
        result |= (unsigned)(bytes >> (places >> 4 * i & 7) * 8 & 0xFF) << 8 * i;
    return result;
}

// mma.sync.m16n8k16, row-major by column-major: sums [16, 8] += a [16, 16] * b [16, 8], each lane with the places that PTX gives it.
template <typename E>
void multiplyTile(float (&sums)[4], const unsigned (&a)[4], unsigned b0, unsigned b1, E)
{
    int self = lanes::current, first = self / 32 * 32, lane = self % 32;
    uint32_t* own = &lanes::fragments[self * 6];
    std::memcpy(own, a, 16);
    own[4] = b0;
    own[5] = b1;
    lanes::meet(lanes::warps[self / 32]);
    auto value = [&](int holder, int place, int half) {
        E number;
        number.bits = (unsigned short)(lanes::fragments[(first + holder) * 6 + place] >> (16 * half));
        return toFloat(number);
    };
    for (int i = 0; i < 4; i++)
    {
        int row = lane / 4 + 8 * (i / 2), column = lane % 4 * 2 + i % 2;
        for (int k = 0; k < 16; k++)
            sums[i] += value(row % 8 * 4 + k % 8 / 2, row / 8 + k / 8 * 2, k % 2) * value(column * 4 + k % 8 / 2, 4 + k / 8, k % 2);
    }
    lanes::meet(lanes::warps[self / 32]);
}

inline float __uint_as_float(unsigned bits)
{
    float value;
    std::memcpy(&value, &bits, 4);
    return value;
}

inline unsigned __float_as_uint(float value)
{
    unsigned bits;
    std::memcpy(&bits, &value, 4);
    return bits;
}

inline float rsqrtf(float value) { return 1.0f / std::sqrt(value); }

inline Eight* dynamicShared()
{
    uintptr_t address = reinterpret_cast<uintptr_t>(lanes::shared.data());
    return reinterpret_cast<Eight*>((address + 15) / 16 * 16);
}
