using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using HunyuanOcr.Inference.Execution.Cpu.Kernels;
using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Execution.Cpu;

/// <summary>hunyuanocr.SwiGlu: float [T, 2 I] (gate, then up) to float [T, I] = gate * sigmoid(gate) * up.</summary>
/// <param name="width">Vector registers to use.</param>
internal sealed class SwiGluOperator(VectorWidth width) : CustomOperator
{
    public override string Name => "SwiGlu";

    public override IReadOnlyList<OrtElementType> Inputs { get; } = [OrtElementType.Float];

    public override IReadOnlyList<OrtElementType> Outputs { get; } = [OrtElementType.Float];

    public override CustomKernel CreateKernel(OrtKernelInfo attributes) => new SwiGluKernel(width);
}

/// <summary>One node of <see cref="SwiGluOperator"/>.</summary>
internal sealed unsafe class SwiGluKernel(VectorWidth width) : CustomKernel
{
    /// <summary>Values for which another thread is worth its waking.</summary>
    private const long ValuesOfTask = 16 * 1024;

    public override void Compute(OrtKernelContext context)
    {
        Span<long> shape = stackalloc long[2];
        float* source = (float*)context.Input(0, shape);
        if (shape[1] < 2 || shape[1] % 2 != 0)
            throw new ArgumentException($"input has {shape[1]} columns, not two halves");
        Job job = new()
        {
            Source = source,
            Rows = shape[0],
            Columns = shape[1] / 2,
            RowsOfTask = Math.Max(1, ValuesOfTask / (shape[1] / 2)),
            Work = width == VectorWidth.Bits512 ? &Glu<Lanes512, Vector512<float>>.Row : &Glu<Lanes256, Vector256<float>>.Row,
        };
        job.Target = (float*)context.Output(0, job.Rows, job.Columns);
        int tasks = (int)((job.Rows + job.RowsOfTask - 1) / job.RowsOfTask);
        if (tasks == 1)
            job.Run(0);
        else if (tasks > 1)
            context.ParallelFor(&RunTask, tasks, &job);
    }

    [UnmanagedCallersOnly]
    private static void RunTask(void* argument, nuint index) => ((Job*)argument)->Run((long)index);

    private struct Job
    {
        public float* Source;
        public float* Target;
        public long Rows;
        public long Columns;
        public long RowsOfTask;
        public delegate*<float*, float*, float*, long, void> Work;

        public readonly void Run(long task)
        {
            long end = Math.Min(Rows, (task + 1) * RowsOfTask);
            for (long row = task * RowsOfTask; row < end; row++)
                Work(Source + (row * 2 * Columns), Source + (((row * 2) + 1) * Columns), Target + (row * Columns), Columns);
        }
    }
}
