using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Execution.Cuda.Operators;

/// <summary>hunyuanocr.FirstNorm, AddNorm and AddPartsNorm: something onto the residual stream, which is in 32 bits, and RMSNorm of the sum.</summary>
/// <remarks>
/// Inputs: residual float [rows, K], which FirstNorm has not; what is added, E [rows, K], for AddPartsNorm float [parts, rows, K]; norm
/// weight E [K]. Outputs: E [rows, K], the norm; float [rows, K], the sum. K is a multiple of 4 up to 4,096. Attribute: epsilon.
/// </remarks>
internal sealed class AddNormOperator : CardOperator
{
    private readonly string name;
    private readonly bool first;
    private readonly bool inParts;
    private readonly DeviceFunction function;

    private AddNormOperator(OrtElementType type, DeviceCode code, string name, bool first, bool inParts) : base(type)
    {
        (this.name, this.first, this.inParts) = (name, first, inParts);
        function = code.Function(Named(inParts ? "add_norm_parts" : "add_norm"));
    }

    public override string Name => name;

    public override IReadOnlyList<OrtElementType> Inputs => first ? [Type, Type] : [OrtElementType.Float, inParts ? OrtElementType.Float : Type, Type];

    public override IReadOnlyList<OrtElementType> Outputs => [Type, OrtElementType.Float];

    /// <summary>All three.</summary>
    public static IEnumerable<CustomOperator> Create(OrtElementType type, DeviceCode code) =>
    [
        new AddNormOperator(type, code, "FirstNorm", first: true, inParts: false),
        new AddNormOperator(type, code, "AddNorm", first: false, inParts: false),
        new AddNormOperator(type, code, "AddPartsNorm", first: false, inParts: true),
    ];

    public override CustomKernel CreateKernel(OrtKernelInfo attributes) => new Kernel(function, attributes.Single("epsilon"), first, inParts);

    private sealed unsafe class Kernel(DeviceFunction function, float epsilon, bool first, bool inParts) : CustomKernel
    {
        private const int Threads = 256;
        private const long MostColumns = 4096;

        public override void Compute(OrtKernelContext context)
        {
            Span<long> stream = stackalloc long[2], given = stackalloc long[inParts ? 3 : 2], weight = stackalloc long[1];
            int next = first ? 0 : 1;
            void* residual = first ? null : context.Input(0, stream);
            void* added = context.Input(next, given);
            void* gamma = context.Input(next + 1, weight);
            long parts = inParts ? given[0] : 1, rows = given[^2], size = given[^1];
            if (weight[0] != size || size % 4 != 0 || size > MostColumns || (!first && (stream[0] != rows || stream[1] != size)))
                throw new ArgumentException($"[{rows}, {size}] onto [{stream[0]}, {stream[1]}] with {weight[0]} weights");
            void* normed = context.Output(0, rows, size);
            void* sum = context.Output(1, rows, size);
            if (rows == 0)
                return;
            KernelArguments arguments = default(KernelArguments).Add(residual).Add(added).Add(gamma).Add(normed).Add(sum).Add(rows).Add(size).Add(parts).Add(epsilon);
            function.Launch(context.GpuStream(), rows, 1, Threads, 0, ref arguments);
        }
    }
}
