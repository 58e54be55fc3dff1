using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Execution.Cuda.Operators;

/// <summary>hunyuanocr.NormLinear and NormSwiGlu: RMSNorm of up to four rows, then a product with a matrix that is read once.</summary>
/// <remarks>
/// Inputs: 0 hidden float [rows, K], 1 norm weight E [K], 2 matrix E [N, K], for NormSwiGlu [2 N, K] (gate, then up). Output [rows, N]: float,
/// for NormSwiGlu E. K is a multiple of 8. Attribute: epsilon.
/// </remarks>
internal sealed class NormMatvecOperator : CardOperator
{
    private readonly string name;
    private readonly bool halves;
    private readonly MatvecFunctions functions;

    private NormMatvecOperator(OrtElementType type, DeviceCode code, string name, string kernel, bool halves) : base(type)
    {
        (this.name, this.halves) = (name, halves);
        functions = new MatvecFunctions(code, Named(kernel));
    }

    public override string Name => name;

    public override IReadOnlyList<OrtElementType> Inputs => [OrtElementType.Float, Type, Type];

    public override IReadOnlyList<OrtElementType> Outputs => [halves ? Type : OrtElementType.Float];

    /// <summary>Both.</summary>
    public static IEnumerable<CustomOperator> Create(OrtElementType type, DeviceCode code) =>
    [
        new NormMatvecOperator(type, code, "NormLinear", "norm_linear", halves: false),
        new NormMatvecOperator(type, code, "NormSwiGlu", "norm_swiglu", halves: true),
    ];

    public override CustomKernel CreateKernel(OrtKernelInfo attributes) => new Kernel(functions, attributes.Single("epsilon"), halves);

    private sealed unsafe class Kernel(MatvecFunctions functions, float epsilon, bool halves) : CustomKernel
    {
        /// <summary>Blocks of 8 warps that a card holds about; warps go on to further rows of the matrix.</summary>
        private const long MostBlocks = 1024;

        /// <summary>Shared memory of a block that every card has without being asked for more, less what the kernels have of their own, in numbers of 32 bits.</summary>
        private const long MostShared = ((48 * 1024) - (MatvecFunctions.Warps * sizeof(float))) / sizeof(float);

        public override void Compute(OrtKernelContext context)
        {
            Span<long> shape = stackalloc long[2], weight = stackalloc long[1], product = stackalloc long[2];
            void* hidden = context.Input(0, shape);
            void* gamma = context.Input(1, weight);
            void* matrix = context.Input(2, product);
            long rows = shape[0], size = shape[1], outputs = halves ? product[0] / 2 : product[0];
            MatvecFunctions.Demand(rows, size, product[1]);
            if (rows * size > MostShared)
                throw new ArgumentException($"[{rows}, {size}]: at most {MostShared} numbers in all");
            void* result = context.Output(0, rows, outputs);
            if (rows == 0)
                return;
            long blocks = (outputs + MatvecFunctions.Warps - 1) / MatvecFunctions.Warps;
            KernelArguments arguments = default(KernelArguments).Add(hidden).Add(gamma).Add(matrix).Add(result).Add(rows).Add(size).Add(outputs).Add(epsilon);
            functions.For(rows).Launch(context.GpuStream(), halves ? blocks : Math.Min(blocks, MostBlocks), 1, MatvecFunctions.Threads, (int)(rows * size * sizeof(float)), ref arguments);
        }
    }
}

/// <summary>hunyuanocr.AddLinear: residual + inputs times a matrix, for up to four rows.</summary>
/// <remarks>Inputs: 0 inputs E [rows, K], 1 matrix E [N, K], 2 residual float [rows, N]. Output float [rows, N]. K is a multiple of 8.</remarks>
internal sealed class AddLinearOperator : CardOperator
{
    private readonly MatvecFunctions functions;

    public AddLinearOperator(OrtElementType type, DeviceCode code) : base(type) => functions = new MatvecFunctions(code, Named("add_linear"));

    public override string Name => "AddLinear";

    public override IReadOnlyList<OrtElementType> Inputs => [Type, Type, OrtElementType.Float];

    public override IReadOnlyList<OrtElementType> Outputs => [OrtElementType.Float];

    public override CustomKernel CreateKernel(OrtKernelInfo attributes) => new Kernel(functions);

    private sealed unsafe class Kernel(MatvecFunctions functions) : CustomKernel
    {
        public override void Compute(OrtKernelContext context)
        {
            Span<long> shape = stackalloc long[2], product = stackalloc long[2], sums = stackalloc long[2];
            void* inputs = context.Input(0, shape);
            void* matrix = context.Input(1, product);
            void* residual = context.Input(2, sums);
            long rows = shape[0], size = shape[1], outputs = product[0];
            MatvecFunctions.Demand(rows, size, product[1]);
            if (sums[0] != rows || sums[1] != outputs)
                throw new ArgumentException($"residual is [{sums[0]}, {sums[1]}], not [{rows}, {outputs}]");
            void* result = context.Output(0, rows, outputs);
            if (rows == 0)
                return;
            // A lane has about four loads of 16 bytes under way.
            int warps = size <= 1024 ? 1 : size <= 2048 ? 2 : size <= 4096 ? 4 : 8;
            long perBlock = MatvecFunctions.Warps / warps;
            KernelArguments arguments = default(KernelArguments).Add(inputs).Add(matrix).Add(residual).Add(result).Add(rows).Add(size).Add(outputs).Add(warps);
            functions.For(rows).Launch(context.GpuStream(), (outputs + perBlock - 1) / perBlock, 1, MatvecFunctions.Threads, 0, ref arguments);
        }
    }
}

/// <summary>A kernel of matvec.cu for one, two and four rows.</summary>
internal sealed class MatvecFunctions(DeviceCode code, string name)
{
    public const int MostRows = 4;
    public const int Warps = 8;
    public const int Threads = Warps * 32;

    private readonly DeviceFunction one = code.Function(name + "_1");
    private readonly DeviceFunction two = code.Function(name + "_2");
    private readonly DeviceFunction four = code.Function(name + "_4");

    public DeviceFunction For(long rows) => rows <= 1 ? one : rows <= 2 ? two : four;

    /// <exception cref="ArgumentException">The sizes do not fit the kernels.</exception>
    public static void Demand(long rows, long size, long columns)
    {
        if (size != columns)
            throw new ArgumentException($"rows of {size} numbers for a matrix of {columns} columns");
        if (rows > MostRows || size % 8 != 0)
            throw new ArgumentException($"[{rows}, {size}]: at most {MostRows} rows of a multiple of 8 numbers");
    }
}
