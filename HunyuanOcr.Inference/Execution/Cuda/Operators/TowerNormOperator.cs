using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Execution.Cuda.Operators;

/// <summary>
/// hunyuanocr.FirstLayerNorm, AddLayerNorm and AddBiasRmsNorm of the vision tower: something and its bias onto the residual stream, which is
/// in 32 bits, and the norm of the sum, computed in 32 bits.
/// </summary>
/// <remarks>
/// Inputs: residual float [rows, K], for FirstLayerNorm E; what is added, E [rows, K]; its bias E [K]; norm weight E [K]; but for
/// AddBiasRmsNorm norm bias E [K]. Outputs: E [rows, K], the norm; but for AddBiasRmsNorm float [rows, K], the sum. K is a multiple of 4 up to
/// 4,096. Attribute: epsilon.
/// </remarks>
internal sealed class TowerNormOperator : CardOperator
{
    private readonly string name;
    private readonly bool first;
    private readonly bool last;
    private readonly DeviceFunction function;

    private TowerNormOperator(OrtElementType type, DeviceCode code, string name, bool first = false, bool last = false) : base(type)
    {
        (this.name, this.first, this.last) = (name, first, last);
        function = code.Function(Named(first ? "tower_first_norm" : "tower_norm"));
    }

    public override string Name => name;

    public override IReadOnlyList<OrtElementType> Inputs
    {
        get
        {
            OrtElementType stream = first ? Type : OrtElementType.Float;
            return last ? [stream, Type, Type, Type] : [stream, Type, Type, Type, Type];
        }
    }

    public override IReadOnlyList<OrtElementType> Outputs => last ? [Type] : [Type, OrtElementType.Float];

    /// <summary>All three.</summary>
    /// <param name="type">Number format of the vision tower.</param>
    /// <param name="code">tower.</param>
    public static IEnumerable<CustomOperator> Create(OrtElementType type, DeviceCode code) =>
    [
        new TowerNormOperator(type, code, "FirstLayerNorm", first: true),
        new TowerNormOperator(type, code, "AddLayerNorm"),
        new TowerNormOperator(type, code, "AddBiasRmsNorm", last: true),
    ];

    public override CustomKernel CreateKernel(OrtKernelInfo attributes) => new Kernel(function, attributes.Single("epsilon"), last);

    private sealed unsafe class Kernel(DeviceFunction function, float epsilon, bool last) : CustomKernel
    {
        // Constants of tower.cu.
        private const long MostColumns = 4096;
        private const long FoursOfThread = 4;
        private const long Warp = 32;

        public override void Compute(OrtKernelContext context)
        {
            Span<long> stream = stackalloc long[2], shape = stackalloc long[2], bias = stackalloc long[1], weight = stackalloc long[1], shift = stackalloc long[1];
            void* residual = context.Input(0, stream);
            void* added = context.Input(1, shape);
            void* constant = context.Input(2, bias);
            void* gamma = context.Input(3, weight);
            void* beta = last ? null : context.Input(4, shift);
            long rows = shape[0], size = shape[1];
            if (stream[0] != rows || stream[1] != size || bias[0] != size || weight[0] != size || (!last && shift[0] != size) || size % 4 != 0 || size > MostColumns)
                throw new ArgumentException($"[{rows}, {size}] onto [{stream[0]}, {stream[1]}] with weights of {bias[0]}, {weight[0]}{(last ? "" : $" and {shift[0]}")}; a multiple of 4 up to {MostColumns} is possible");
            void* normed = context.Output(0, rows, size);
            void* sum = last ? null : context.Output(1, rows, size);
            if (rows == 0)
                return;
            KernelArguments arguments = default(KernelArguments).Add(residual).Add(added).Add(constant).Add(gamma).Add(beta).Add(normed).Add(sum).Add(size).Add(epsilon);
            long threads = ((size / 4) + (FoursOfThread * Warp) - 1) / (FoursOfThread * Warp) * Warp;
            function.Launch(context.GpuStream(), rows, 1, (int)threads, 0, ref arguments);
        }
    }
}
