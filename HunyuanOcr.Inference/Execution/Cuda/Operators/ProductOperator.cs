using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Execution.Cuda.Operators;

/// <summary>hunyuanocr.Product, ProductParts and ProductSwiGlu: some rows times a matrix on the tensor cores, each row the same whatever rows are beside it.</summary>
/// <remarks>
/// Inputs: 0 inputs E [rows, K], 1 matrix E [N, K], for ProductSwiGlu [2 N, K] (gate, then up). Output: float [rows, N]; for ProductParts
/// float [parts, rows, N], whose sum over the parts it is; for ProductSwiGlu E [rows, N]. K is a multiple of 8. Attribute of ProductParts:
/// parts.
/// </remarks>
internal sealed class ProductOperator : CardOperator
{
    /// <summary>Rows that a block takes at once; more read the matrix again.</summary>
    public const int RowsAtOnce = 32;

    private readonly string name;
    private readonly bool gated;
    private readonly bool inParts;
    private readonly DeviceFunction eight;
    private readonly DeviceFunction sixteen;
    private readonly DeviceFunction most;

    private ProductOperator(OrtElementType type, DeviceCode code, string name, bool gated, bool inParts) : base(type)
    {
        (this.name, this.gated, this.inParts) = (name, gated, inParts);
        string kernel = Named(gated ? "product_swiglu" : "product");
        (eight, sixteen, most) = (code.Function(kernel + "_1"), code.Function(kernel + "_2"), code.Function(kernel + "_4"));
    }

    public override string Name => name;

    public override IReadOnlyList<OrtElementType> Inputs => [Type, Type];

    public override IReadOnlyList<OrtElementType> Outputs => [gated ? Type : OrtElementType.Float];

    /// <summary>All three.</summary>
    public static IEnumerable<CustomOperator> Create(OrtElementType type, DeviceCode code) =>
    [
        new ProductOperator(type, code, "Product", gated: false, inParts: false),
        new ProductOperator(type, code, "ProductParts", gated: false, inParts: true),
        new ProductOperator(type, code, "ProductSwiGlu", gated: true, inParts: false),
    ];

    public override CustomKernel CreateKernel(OrtKernelInfo attributes) => new Kernel(this, inParts ? attributes.Integer("parts") : 1);

    private sealed unsafe class Kernel(ProductOperator product, long parts) : CustomKernel
    {
        private const int Threads = 256;

        public override void Compute(OrtKernelContext context)
        {
            Span<long> shape = stackalloc long[2], matrix = stackalloc long[2];
            void* inputs = context.Input(0, shape);
            void* weights = context.Input(1, matrix);
            long rows = shape[0], size = shape[1], outputs = product.gated ? matrix[0] / 2 : matrix[0];
            if (matrix[1] != size || size % 8 != 0)
                throw new ArgumentException($"rows of {size} numbers for a matrix of {matrix[1]} columns; they are a multiple of 8");
            void* result = product.inParts ? context.Output(0, parts, rows, outputs) : context.Output(0, rows, outputs);
            if (rows == 0)
                return;
            (DeviceFunction function, long atOnce) = rows <= 8 ? (product.eight, 8) : rows <= 16 ? (product.sixteen, 16) : (product.most, RowsAtOnce);
            long width = product.gated ? 16 : 32, blocks = (outputs + width - 1) / width * ((rows + atOnce - 1) / atOnce);
            KernelArguments arguments = default(KernelArguments).Add(inputs).Add(weights).Add(result).Add(rows).Add(size).Add(outputs);
            function.Launch(context.GpuStream(), blocks, parts, Threads, 0, ref arguments);
        }
    }
}
