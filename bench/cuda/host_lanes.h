// Runs device code on a processor: every thread of a block is a fiber, and fibers meet where lanes of a warp exchange values and where
// the block synchronises. Between two meetings they run in any order (LANES_SEED=N: another one), blocks of a launch too, and shared memory
// begins as what is not a number. It finds wrong results, not slow ones. Built with -fsanitize=thread it finds races as well: fibers are
// threads to the sanitizer, ordered by __syncthreads, launches, and __threadfence with atomicAdd; shuffles order nothing.
#pragma once
#include <link.h>
#include <ucontext.h>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#define __global__
#define __device__
#define __shared__ static thread_local // a block has a thread of its own
#define __forceinline__ inline
#define __launch_bounds__(...)

#ifdef __SANITIZE_THREAD__
#include <sanitizer/tsan_interface.h>
#define UNWATCHED __attribute__((no_sanitize("thread"), noinline))
#else
#define UNWATCHED
#endif

struct dim3
{
    unsigned x, y, z;
    dim3(unsigned x = 1, unsigned y = 1, unsigned z = 1) : x(x), y(y), z(z) {}
};

inline dim3 threadIdx, blockIdx, blockDim, gridDim;

struct Eight;
Eight* dynamicShared();

// What comes before what, told to the sanitizer; nothing without it.
namespace order
{
#ifdef __SANITIZE_THREAD__
inline void release(void* at) { __tsan_release(at); }
inline void acquire(void* at) { __tsan_acquire(at); }
inline void* fiber() { return __tsan_create_fiber(0); }
inline void* self() { return __tsan_get_current_fiber(); }
UNWATCHED inline void change(void* to) { __tsan_switch_to_fiber(to, __tsan_switch_to_fiber_no_sync); }
#else
inline void release(void*) {}
inline void acquire(void*) {}
inline void* fiber() { return nullptr; }
inline void* self() { return nullptr; }
inline void change(void*) {}
#endif
}

namespace lanes
{
// A place of the sanitizer's; those in the same eight bytes would be one to it.
struct alignas(8) Mark
{
};

struct Meeting
{
    int members = 0, arrived = 0;
    unsigned phase = 0;
    Mark marks[2]; // in turn: who comes to the next meeting is not ahead of who leaves this one
};

struct Fiber
{
    ucontext_t context;
    bool done = false;
    bool fenced = false;
    void* counter = nullptr; // that it has added to: a fence behind that takes in what others did before they added
};

constexpr int MOST_THREADS = 256;
constexpr size_t MOST_SHARED = 48 << 10;

// Arrays without functions of their own: those would be watched.
inline ucontext_t scheduler;
inline Fiber fibers[MOST_THREADS];

constexpr size_t STACK = 128 << 10;
#ifdef __SANITIZE_THREAD__
constexpr unsigned SETS = 16; // whoever was in one block knows what others wrote before its meetings: the next blocks have others
#else
constexpr unsigned SETS = 1;
#endif

// A thread to the sanitizer, and its stack.
struct Watched
{
    void* name = nullptr;
    std::unique_ptr<char[]> stack{new char[STACK]};
};

inline Watched watched[SETS * MOST_THREADS];
inline void* schedulerName;
inline unsigned turn;
inline int current;
inline Meeting* block; // a new one for each: the sanitizer must not take one block for ordered behind another
inline Meeting warps[MOST_THREADS / 32];
inline uint32_t slots[MOST_THREADS];
inline uint32_t fragments[MOST_THREADS][6];
inline thread_local char shared[MOST_SHARED + 16];
inline int threads;
inline std::function<void()> body;
inline Mark begun, ended;
inline std::mt19937 any(std::getenv("LANES_SEED") ? std::atoi(std::getenv("LANES_SEED")) : 1);

UNWATCHED inline Watched& watchedOf(int fiber) { return watched[turn % SETS * MOST_THREADS + fiber]; }

UNWATCHED inline void leave()
{
    order::change(schedulerName);
    swapcontext(&fibers[current].context, &scheduler);
}

UNWATCHED inline void depart(Meeting& meeting)
{
    if (--meeting.members > 0 && meeting.arrived == meeting.members)
    {
        meeting.arrived = 0;
        meeting.phase++;
    }
}

UNWATCHED inline void meet(Meeting& meeting, bool orders)
{
    unsigned phase = meeting.phase;
    if (orders)
        order::release(&meeting.marks[phase & 1]);
    if (++meeting.arrived == meeting.members)
    {
        meeting.arrived = 0;
        meeting.phase++;
    }
    while (meeting.phase == phase)
        leave();
    if (orders)
        order::acquire(&meeting.marks[phase & 1]);
}

UNWATCHED inline void run()
{
    order::acquire(&begun);
    body();
    order::release(&ended);
    fibers[current].done = true;
    depart(*block);
    depart(warps[current / 32]);
    leave();
}

// Shared memory is what this thread has of its own: nobody may count on what is in it.
UNWATCHED inline void spoilShared()
{
    dl_iterate_phdr([](dl_phdr_info* info, size_t, void*) {
        for (int i = 0; i < info->dlpi_phnum; i++)
            if (info->dlpi_phdr[i].p_type == PT_TLS)
                for (size_t place = 0; place < info->dlpi_phdr[i].p_memsz; place++)
                    static_cast<volatile char*>(info->dlpi_tls_data)[place] = -1;
        return 1; // only the program itself, which comes first
    }, nullptr);
}

UNWATCHED inline void runBlock(dim3 at)
{
    spoilShared();
    block = new Meeting{threads};
    for (Meeting& warp : warps)
        warp = {32};
    order::release(&begun);
    schedulerName = order::self();
    turn++;
    std::vector<int> left(threads);
    for (int i = 0; i < threads; i++)
    {
        Fiber& fiber = fibers[left[i] = i];
        fiber.done = fiber.fenced = false;
        fiber.counter = nullptr;
        getcontext(&fiber.context);
        fiber.context.uc_stack.ss_sp = watchedOf(i).stack.get();
        fiber.context.uc_stack.ss_size = STACK;
        fiber.context.uc_link = nullptr;
        makecontext(&fiber.context, run, 0);
    }
    while (!left.empty())
    {
        std::shuffle(left.begin(), left.end(), any);
        for (int next : left)
        {
            current = next;
            threadIdx = dim3(current);
            blockIdx = at;
            order::change(watchedOf(current).name);
            swapcontext(&scheduler, &fibers[current].context);
        }
        left.erase(std::remove_if(left.begin(), left.end(), [](int i) { return fibers[i].done; }), left.end());
    }
    delete block;
}

// Runs all blocks of a launch, one after another.
inline void launch(dim3 grid, int blockThreads, size_t sharedBytes, std::function<void()> kernel)
{
    if (blockThreads > MOST_THREADS || sharedBytes > MOST_SHARED)
        std::abort();
    body = std::move(kernel);
    gridDim = grid;
    blockDim = dim3(threads = blockThreads);
    for (Watched& each : watched)
        each.name = each.name != nullptr ? each.name : order::fiber();
    std::vector<unsigned> places(grid.x * grid.y * grid.z);
    for (unsigned i = 0; i < places.size(); i++)
        places[i] = i;
    std::shuffle(places.begin(), places.end(), any);
    for (unsigned place : places)
        std::thread(runBlock, dim3(place % grid.x, place / grid.x % grid.y, place / grid.x / grid.y)).join();
    order::acquire(&ended);
}
}

inline void __syncthreads() { lanes::meet(*lanes::block, true); }

// Blocks run one after another, and fibers change only where they meet: only the sanitizer wants to know.
UNWATCHED inline void __threadfence()
{
    lanes::Fiber& self = lanes::fibers[lanes::current];
    self.fenced = true;
    if (self.counter != nullptr)
        order::acquire(self.counter);
}

UNWATCHED inline unsigned atomicAdd(unsigned* place, unsigned more)
{
    lanes::Fiber& self = lanes::fibers[lanes::current];
    self.counter = place;
    if (self.fenced)
        order::release(place);
    unsigned before = *place;
    *place += more;
    return before;
}

template <typename T>
UNWATCHED T __shfl_sync(unsigned, T value, int lane)
{
    int self = lanes::current;
    std::memcpy(&lanes::slots[self], &value, 4);
    lanes::meet(lanes::warps[self / 32], false);
    T other;
    std::memcpy(&other, &lanes::slots[self / 32 * 32 + lane], 4);
    lanes::meet(lanes::warps[self / 32], false);
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
UNWATCHED float ofFragment(int holder, int place, int half)
{
    E number;
    number.bits = (unsigned short)(lanes::fragments[holder][place] >> (16 * half));
    return toFloat(number);
}

template <typename E>
UNWATCHED void multiplyTile(float (&sums)[4], const unsigned (&a)[4], unsigned b0, unsigned b1, E)
{
    int self = lanes::current, first = self / 32 * 32, lane = self % 32;
    uint32_t* own = lanes::fragments[self];
    for (int i = 0; i < 4; i++)
        own[i] = a[i];
    own[4] = b0;
    own[5] = b1;
    lanes::meet(lanes::warps[self / 32], false);
    for (int i = 0; i < 4; i++)
    {
        int row = lane / 4 + 8 * (i / 2), column = lane % 4 * 2 + i % 2;
        for (int k = 0; k < 16; k++)
            sums[i] += ofFragment<E>(first + row % 8 * 4 + k % 8 / 2, row / 8 + k / 8 * 2, k % 2) * ofFragment<E>(first + column * 4 + k % 8 / 2, 4 + k / 8, k % 2);
    }
    lanes::meet(lanes::warps[self / 32], false);
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
    uintptr_t address = reinterpret_cast<uintptr_t>(lanes::shared);
    return reinterpret_cast<Eight*>((address + 15) / 16 * 16);
}
