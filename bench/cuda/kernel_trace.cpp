// Writes every kernel that a program launches, those of replayed graphs too, to the file that KERNEL_TRACE names: start ns, end ns, stream, graph
// (0: none), launch, name. The driver loads it where CUDA_INJECTION64_PATH names it. Built and read by profile.sh.
#include <cupti.h>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

static FILE *out;

static void CUPTIAPI request(uint8_t **buffer, size_t *size, size_t *most) {
    *size = 8 << 20;
    *most = 0;
    *buffer = static_cast<uint8_t *>(aligned_alloc(8, *size));
}

static void CUPTIAPI completed(CUcontext, uint32_t, uint8_t *buffer, size_t, size_t valid) {
    CUpti_Activity *record = nullptr;
    while (cuptiActivityGetNextRecord(buffer, valid, &record) == CUPTI_SUCCESS) {
        if (record->kind != CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL && record->kind != CUPTI_ACTIVITY_KIND_KERNEL)
            continue;
        const KERNEL_RECORD *kernel = reinterpret_cast<KERNEL_RECORD *>(record);
        std::fprintf(out, "%llu\t%llu\t%u\t%u\t%u\t%s\n", (unsigned long long)kernel->start, (unsigned long long)kernel->end, kernel->streamId,
                     kernel->graphNodeId ? kernel->graphId : 0u, kernel->correlationId, kernel->name ? kernel->name : "?");
    }
    std::free(buffer);
}

static void finish() {
    cuptiActivityFlushAll(1);
    std::fflush(out);
}

extern "C" int InitializeInjection() {
    const char *file = std::getenv("KERNEL_TRACE");
    out = file ? std::fopen(file, "w") : nullptr;
    if (!out)
        return 0;
    if (cuptiActivityRegisterCallbacks(request, completed) != CUPTI_SUCCESS || cuptiActivityEnable(CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL) != CUPTI_SUCCESS) {
        std::fprintf(stderr, "The kernel trace could not be switched on.\n");
        return 0;
    }
    cuptiActivityFlushPeriod(1000);
    std::atexit(finish);
    return 1;
}
