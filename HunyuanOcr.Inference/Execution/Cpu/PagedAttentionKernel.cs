using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using HunyuanOcr.Inference.Execution.Cpu.Kernels;
using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Execution.Cpu;

/// <summary>One node of <see cref="PagedAttentionOperator"/>: checks every size and index, then shares the work out. Allocates nothing.</summary>
internal sealed unsafe class PagedAttentionKernel(int heads, int keyValueHeads, float scale, float epsilon, int threads, VectorWidth width) : CustomKernel
{
    public override void Compute(OrtKernelContext context)
    {
        AttentionCall call = Read(context);
        Check(in call);
        call.Output = (float*)context.Output(0, call.Tokens, heads * call.HeadSize);
        if (width == VectorWidth.Bits512)
            Run<Lanes512, Vector512<float>>(context, &call);
        else
            Run<Lanes256, Vector256<float>>(context, &call);
    }

    private static ArgumentException Fault(string message) => new(message);

    private AttentionCall Read(OrtKernelContext context)
    {
        Span<long> one = stackalloc long[1], two = stackalloc long[2], four = stackalloc long[4];
        AttentionCall call = new() { Heads = heads, KeyValueHeads = keyValueHeads, Scale = scale, Epsilon = epsilon };
        call.QueryNorm = (float*)context.Input(3, one);
        long size = one[0];
        call.KeyNorm = (float*)context.Input(4, one);
        if (size is < 16 or > 1024 || size % 16 != 0 || one[0] != size)
            throw Fault($"q_norm_weight has {size} and k_norm_weight {one[0]} elements; both must be the head size, a multiple of 16 up to 1024");
        call.HeadSize = (int)size;

        call.Packed = (float*)context.Input(0, two);
        long tokens = two[0];
        if (two[1] != call.PackedWidth)
            throw Fault($"qkv has {two[1]} columns, not (heads + 2 * kv_heads) * head_size = {call.PackedWidth}");
        call.Tokens = checked((int)tokens);
        call.Cos = (float*)context.Input(1, two);
        RequireRows("cos", two, tokens, size);
        call.Sin = (float*)context.Input(2, two);
        RequireRows("sin", two, tokens, size);

        call.Keys = (float*)context.Input(5, four);
        (long blocks, long cacheHeads, long blockSize, long cacheSize) = (four[0], four[1], four[2], four[3]);
        call.Values = (float*)context.Input(6, four);
        if (cacheHeads != keyValueHeads || cacheSize != size || blockSize is < 16 or > 256 || 256 % blockSize != 0)
            throw Fault($"key_cache is [{blocks}, {cacheHeads}, {blockSize}, {cacheSize}], not [blocks, {keyValueHeads}, 16 to 256 (a power of two), {size}]");
        if (four[0] != blocks || four[1] != cacheHeads || four[2] != blockSize || four[3] != cacheSize)
            throw Fault($"value_cache is [{four[0]}, {four[1]}, {four[2]}, {four[3]}], unlike key_cache [{blocks}, {cacheHeads}, {blockSize}, {cacheSize}]");
        call.Blocks = checked((int)blocks);
        call.BlockSize = (int)blockSize;

        call.CumulativeLengths = (int*)context.Input(7, one);
        long ends = one[0];
        call.PastLengths = (int*)context.Input(8, one);
        long sequences = one[0];
        call.BlockTable = (int*)context.Input(9, two);
        if (ends != sequences + 1 || two[0] != sequences)
            throw Fault($"cumulative_lengths has {ends}, past_lengths {sequences} and block_table {two[0]} rows; they must be B + 1, B and B");
        call.Sequences = checked((int)sequences);
        call.MaxBlocks = checked((int)two[1]);
        return call;
    }

    private static void RequireRows(string name, ReadOnlySpan<long> shape, long tokens, long size)
    {
        if (shape[0] != tokens || shape[1] != size)
            throw Fault($"{name} is [{shape[0]}, {shape[1]}], not [{tokens}, {size}]");
    }

    /// <summary>A wrong id would read or write somebody else's memory, so every one that will be used is looked at.</summary>
    private static void Check(in AttentionCall call)
    {
        if (call.CumulativeLengths[0] != 0 || call.CumulativeLengths[call.Sequences] != call.Tokens)
            throw Fault($"cumulative_lengths runs from {call.CumulativeLengths[0]} to {call.CumulativeLengths[call.Sequences]}, not from 0 to {call.Tokens}");
        for (int sequence = 0; sequence < call.Sequences; sequence++)
        {
            int tokens = call.NewTokens(sequence), past = call.PastLengths[sequence];
            long capacity = (long)call.MaxBlocks * call.BlockSize;
            if (tokens < 0 || past < 0 || (long)past + tokens > capacity)
                throw Fault($"sequence {sequence}: {past} tokens in the cache and {tokens} new ones do not fit {capacity} places of its block table");
            int used = (past + tokens + call.BlockSize - 1) / call.BlockSize;
            for (int i = 0; i < used; i++)
                if ((uint)call.BlockTable[((long)sequence * call.MaxBlocks) + i] >= (uint)call.Blocks)
                    throw Fault($"sequence {sequence}: block {call.BlockTable[((long)sequence * call.MaxBlocks) + i]} at place {i} of its block table; the cache has {call.Blocks} blocks");
        }
    }

    private void Run<TLanes, TVector>(OrtKernelContext context, AttentionCall* call)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        AttentionPlan plan = new(call, threads, PrefillAttention<TLanes, TVector>.TokensOfTile(call->Group));
        Run(context, call, plan.RotationTasks, plan.Rotations, &PrefillAttention<TLanes, TVector>.Rotate);
        Run(context, call, plan.AttentionTasks, plan.Attentions, &Attend<TLanes, TVector>);
    }

    private static void Run(OrtKernelContext context, AttentionCall* call, AttentionTask* tasks, int count, delegate*<AttentionCall*, AttentionTask*, void> work)
    {
        call->Tasks = tasks;
        call->Work = work;
        if (count == 1)
            work(call, tasks);
        else if (count > 1)
            context.ParallelFor(&RunTask, count, call);
        if (call->Failed != 0)
            throw new InsufficientMemoryException("no memory for the working space of a thread");
    }

    private static void Attend<TLanes, TVector>(AttentionCall* call, AttentionTask* task)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        if (task->Counter < 0)
            PrefillAttention<TLanes, TVector>.Attend(call, task);
        else
            DecodeAttention<TLanes, TVector>.Attend(call, task);
    }

    [UnmanagedCallersOnly]
    private static void RunTask(void* argument, nuint index)
    {
        AttentionCall* call = (AttentionCall*)argument;
        try
        {
            call->Work(call, call->Tasks + index);
        }
        catch (OutOfMemoryException)
        {
            // Reserving scratch memory is all that can fail in a task; an exception must not pass through ONNX Runtime's threads.
            Volatile.Write(ref call->Failed, 1);
        }
    }
}
