using HunyuanOcr.Inference.Execution.Cpu;
using HunyuanOcr.Inference.Execution.Cpu.Kernels;
using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Tests.Execution.Cuda;

/// <summary>Our operators of the card as plain loops on the CPU, in float16: what graphs hand them is tested with these, the kernels themselves in bench/cuda.</summary>
internal static unsafe class ReferenceOperators
{
    private const OrtElementType F = OrtElementType.Float, H = OrtElementType.Float16;

    private delegate void Work(OrtKernelContext context, OrtKernelAttributes attributes);

    /// <summary>All of them, and the attention of <see cref="CpuTwin"/>.</summary>
    public static CustomOperator[] All =>
    [
        new PagedAttentionOperator(2, VectorWidths.Best),
        new Reference("SplitRotateNorm", [H, F, F, F, F], [H, H, H], (context, attributes) => SplitRotate(context, attributes, wide: false), "num_heads", "kv_num_heads"),
        new Reference("SplitRotateNormWide", [F, F, F, F, F], [H, H, H], (context, attributes) => SplitRotate(context, attributes, wide: true), "num_heads", "kv_num_heads"),
        new Reference("SwiGlu", [H], [H], SwiGlu),
        new Reference("TokenChoice", [F], [OrtElementType.Int64, F, OrtElementType.Int32, F, F], (context, _) => Choose(context)),
        new Reference("NormLinear", [F, H, H], [F], (context, attributes) => NormProduct(context, attributes, gated: false), "epsilon"),
        new Reference("NormSwiGlu", [F, H, H], [H], (context, attributes) => NormProduct(context, attributes, gated: true), "epsilon"),
        new Reference("AddLinear", [H, H, F], [F], AddLinear),
        new Reference("FirstNorm", [H, H], [H, F], (context, attributes) => AddNorm(context, attributes, first: true, inParts: false), "epsilon"),
        new Reference("AddNorm", [F, H, H], [H, F], (context, attributes) => AddNorm(context, attributes, first: false, inParts: false), "epsilon"),
        new Reference("AddPartsNorm", [F, F, H], [H, F], (context, attributes) => AddNorm(context, attributes, first: false, inParts: true), "epsilon"),
        new Reference("Product", [H, H], [F], (context, _) => Product(context, parts: 1, inParts: false)),
        new Reference("ProductParts", [H, H], [F], (context, attributes) => Product(context, (int)attributes["parts"], inParts: true), "parts"),
        new Reference("ProductSwiGlu", [H, H], [H], (context, _) => GatedProduct(context)),
        new Reference("FirstLayerNorm", [H, H, H, H, H], [H, F], (context, attributes) => TowerNorm(context, attributes, first: true, last: false), "epsilon"),
        new Reference("AddLayerNorm", [F, H, H, H, H], [H, F], (context, attributes) => TowerNorm(context, attributes, first: false, last: false), "epsilon"),
        new Reference("AddBiasRmsNorm", [F, H, H, H], [H], (context, attributes) => TowerNorm(context, attributes, first: false, last: true), "epsilon"),
        new Reference("BiasGelu", [H, H], [H], (context, _) => BiasGelu(context)),
    ];

    // Without the norm: the attention of the CPU computes it.
    private static void SplitRotate(OrtKernelContext context, OrtKernelAttributes attributes, bool wide)
    {
        Span<long> shape = stackalloc long[2], angles = stackalloc long[2];
        void* qkv = context.Input(0, shape);
        float* cos = (float*)context.Input(1, angles), sin = (float*)context.Input(2, angles);
        int tokens = (int)shape[0], heads = (int)attributes["num_heads"], kvHeads = (int)attributes["kv_num_heads"], size = (int)shape[1] / (heads + (2 * kvHeads)), half = size / 2;
        Half* query = (Half*)context.Output(0, tokens, heads * size), key = (Half*)context.Output(1, tokens, kvHeads * size), value = (Half*)context.Output(2, tokens, kvHeads * size);
        for (int token = 0; token < tokens; token++)
        {
            for (int head = 0; head < heads + (2 * kvHeads); head++)
            {
                int first = ((token * (heads + (2 * kvHeads))) + head) * size;
                float From(int i) => wide ? ((float*)qkv)[first + i] : (float)((Half*)qkv)[first + i];
                Half* to = head < heads ? query + (((token * heads) + head) * size)
                    : head < heads + kvHeads ? key + (((token * kvHeads) + head - heads) * size)
                    : value + (((token * kvHeads) + head - heads - kvHeads) * size);
                for (int i = 0; i < size; i++)
                {
                    float turned = i < half ? -From(i + half) : From(i - half);
                    long angle = (token * angles[1]) + (i % angles[1]);
                    to[i] = head < heads + kvHeads ? (Half)((From(i) * cos[angle]) + (turned * sin[angle])) : (Half)From(i);
                }
            }
        }
    }

    private static void SwiGlu(OrtKernelContext context, OrtKernelAttributes attributes)
    {
        Span<long> shape = stackalloc long[2];
        Half* source = (Half*)context.Input(0, shape);
        int rows = (int)shape[0], columns = (int)shape[1] / 2;
        Half* target = (Half*)context.Output(0, rows, columns);
        for (int i = 0; i < rows * columns; i++)
        {
            Half* row = source + (i / columns * 2 * columns) + (i % columns);
            target[i] = (Half)Gated((float)row[0], (float)row[columns]);
        }
    }

    private static void Choose(OrtKernelContext context)
    {
        const int Top = 5;
        Span<long> shape = stackalloc long[2];
        float* logits = (float*)context.Input(0, shape);
        int rows = (int)shape[0], vocabulary = (int)shape[1];
        long* ids = (long*)context.Output(0, rows);
        float* logprobs = (float*)context.Output(1, rows);
        int* topIds = (int*)context.Output(2, rows, Top);
        float* topLogprobs = (float*)context.Output(3, rows, Top);
        context.Output(4, rows, 1);
        for (int row = 0; row < rows; row++)
        {
            float[] own = new ReadOnlySpan<float>(logits + (row * vocabulary), vocabulary).ToArray();
            double total = Math.Log(own.Sum(value => Math.Exp(value)));
            int[] best = [.. Enumerable.Range(0, vocabulary).OrderByDescending(id => own[id]).Take(Top)];
            for (int place = 0; place < Top; place++)
                (topIds[(row * Top) + place], topLogprobs[(row * Top) + place]) = (best[place], (float)(own[best[place]] - total));
            (ids[row], logprobs[row]) = (best[0], topLogprobs[row * Top]);
        }
    }

    private static void NormProduct(OrtKernelContext context, OrtKernelAttributes attributes, bool gated)
    {
        Span<long> shape = stackalloc long[2], weight = stackalloc long[1], product = stackalloc long[2];
        float* hidden = (float*)context.Input(0, shape);
        Half* gamma = (Half*)context.Input(1, weight), matrix = (Half*)context.Input(2, product);
        int rows = (int)shape[0], size = (int)shape[1], outputs = (int)product[0] / (gated ? 2 : 1);
        void* result = context.Output(0, rows, outputs);
        for (int row = 0; row < rows; row++)
        {
            float[] normed = Normed(new ReadOnlySpan<float>(hidden + (row * size), size), gamma, attributes["epsilon"]);
            for (int output = 0; output < outputs; output++)
            {
                float value = Dot(normed, matrix + (output * size));
                if (gated)
                    ((Half*)result)[(row * outputs) + output] = (Half)Gated(value, Dot(normed, matrix + ((outputs + output) * size)));
                else
                    ((float*)result)[(row * outputs) + output] = value;
            }
        }
    }

    private static void AddLinear(OrtKernelContext context, OrtKernelAttributes attributes)
    {
        Span<long> shape = stackalloc long[2], product = stackalloc long[2], sums = stackalloc long[2];
        Half* inputs = (Half*)context.Input(0, shape), matrix = (Half*)context.Input(1, product);
        float* residual = (float*)context.Input(2, sums);
        int rows = (int)shape[0], size = (int)shape[1], outputs = (int)product[0];
        float* result = (float*)context.Output(0, rows, outputs);
        for (int i = 0; i < rows * outputs; i++)
            result[i] = residual[i] + Dot(Widened(inputs + (i / outputs * size), size), matrix + (i % outputs * size));
    }

    private static void AddNorm(OrtKernelContext context, OrtKernelAttributes attributes, bool first, bool inParts)
    {
        Span<long> stream = stackalloc long[2], shape = stackalloc long[inParts ? 3 : 2], weight = stackalloc long[1];
        float* residual = first ? null : (float*)context.Input(0, stream);
        void* added = context.Input(first ? 0 : 1, shape);
        Half* gamma = (Half*)context.Input(first ? 1 : 2, weight);
        int parts = inParts ? (int)shape[0] : 1, rows = (int)shape[^2], size = (int)shape[^1];
        Half* normed = (Half*)context.Output(0, rows, size);
        float* sum = (float*)context.Output(1, rows, size);
        for (int i = 0; i < rows * size; i++)
        {
            sum[i] = first ? 0 : residual[i];
            for (int part = 0; part < parts; part++)
                sum[i] += inParts ? ((float*)added)[(part * rows * size) + i] : (float)((Half*)added)[i];
        }

        for (int row = 0; row < rows; row++)
        {
            float[] values = Normed(new ReadOnlySpan<float>(sum + (row * size), size), gamma, attributes["epsilon"]);
            for (int i = 0; i < size; i++)
                normed[(row * size) + i] = (Half)values[i];
        }
    }

    private static void TowerNorm(OrtKernelContext context, OrtKernelAttributes attributes, bool first, bool last)
    {
        Span<long> stream = stackalloc long[2], shape = stackalloc long[2], weight = stackalloc long[1];
        void* residual = context.Input(0, stream);
        Half* added = (Half*)context.Input(1, shape), bias = (Half*)context.Input(2, weight), gamma = (Half*)context.Input(3, weight);
        Half* beta = last ? null : (Half*)context.Input(4, weight);
        int rows = (int)shape[0], size = (int)shape[1];
        Half* normed = (Half*)context.Output(0, rows, size);
        float* sum = last ? null : (float*)context.Output(1, rows, size);
        for (int row = 0; row < rows; row++)
        {
            double[] values = [.. Enumerable.Range(row * size, size).Select(i => (first ? (double)((Half*)residual)[i] : ((float*)residual)[i]) + (double)added[i] + (double)bias[i % size])];
            double mean = last ? 0 : values.Average(), deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)) + attributes["epsilon"]);
            for (int i = 0; i < size; i++)
            {
                normed[(row * size) + i] = (Half)(((values[i] - mean) / deviation * (double)gamma[i]) + (last ? 0 : (double)beta[i]));
                if (!last)
                    sum[(row * size) + i] = (float)values[i];
            }
        }
    }

    // On top of the product's result, which is in 16 bits already.
    private static void BiasGelu(OrtKernelContext context)
    {
        Span<long> shape = stackalloc long[2], weight = stackalloc long[1];
        Half* input = (Half*)context.Input(0, shape), bias = (Half*)context.Input(1, weight);
        int rows = (int)shape[0], columns = (int)shape[1];
        Half* result = (Half*)context.Output(0, rows, columns);
        for (int i = 0; i < rows * columns; i++)
        {
            double value = (double)input[i] + (double)bias[i % columns];
            result[i] = (Half)(value * NormalBelow(value));
        }
    }

    /// <summary>How likely a normal number is below a value, by Simpson's rule from 0 on.</summary>
    private static double NormalBelow(double value)
    {
        const int Steps = 200;
        double end = Math.Clamp(value, -8, 8), step = end / Steps, sum = 0;
        for (int i = 0; i <= Steps; i++)
            sum += Math.Exp(-0.5 * i * step * i * step) * (i is 0 or Steps ? 1 : i % 2 == 1 ? 4 : 2);
        return 0.5 + (sum * step / 3 / Math.Sqrt(2 * Math.PI));
    }

    /// <summary>Parts of equal width: how the columns are parted is the kernel's own.</summary>
    private static void Product(OrtKernelContext context, int parts, bool inParts)
    {
        Span<long> shape = stackalloc long[2], product = stackalloc long[2];
        Half* inputs = (Half*)context.Input(0, shape), matrix = (Half*)context.Input(1, product);
        int rows = (int)shape[0], size = (int)shape[1], outputs = (int)product[0], width = size / parts;
        float* result = (float*)(inParts ? context.Output(0, parts, rows, outputs) : context.Output(0, rows, outputs));
        for (int part = 0; part < parts; part++)
            for (int i = 0; i < rows * outputs; i++)
                result[(part * rows * outputs) + i] = Dot(Widened(inputs + (i / outputs * size) + (part * width), width), matrix + (i % outputs * size) + (part * width));
    }

    private static void GatedProduct(OrtKernelContext context)
    {
        Span<long> shape = stackalloc long[2], product = stackalloc long[2];
        Half* inputs = (Half*)context.Input(0, shape), matrix = (Half*)context.Input(1, product);
        int rows = (int)shape[0], size = (int)shape[1], outputs = (int)product[0] / 2;
        Half* result = (Half*)context.Output(0, rows, outputs);
        for (int i = 0; i < rows * outputs; i++)
        {
            float[] row = Widened(inputs + (i / outputs * size), size);
            result[i] = (Half)Gated(Dot(row, matrix + (i % outputs * size)), Dot(row, matrix + ((outputs + (i % outputs)) * size)));
        }
    }

    private static float[] Normed(ReadOnlySpan<float> row, Half* gamma, double epsilon)
    {
        double squares = 0;
        foreach (float value in row)
            squares += (double)value * value;
        float[] normed = new float[row.Length];
        for (int i = 0; i < row.Length; i++)
            normed[i] = (float)(row[i] * (double)gamma[i] / Math.Sqrt((squares / row.Length) + epsilon));
        return normed;
    }

    private static float[] Widened(Half* from, int count)
    {
        float[] wide = new float[count];
        for (int i = 0; i < count; i++)
            wide[i] = (float)from[i];
        return wide;
    }

    private static float Gated(float gate, float up) => gate / (1 + MathF.Exp(-gate)) * up;

    private static float Dot(float[] row, Half* weights)
    {
        float sum = 0;
        for (int i = 0; i < row.Length; i++)
            sum += row[i] * (float)weights[i];
        return sum;
    }

    private sealed class OrtKernelAttributes(Dictionary<string, double> values)
    {
        public double this[string name] => values[name];
    }

    private sealed class Reference(string name, OrtElementType[] inputs, OrtElementType[] outputs, Work work, params string[] attributes) : CustomOperator
    {
        public override string Name => name;

        public override IReadOnlyList<OrtElementType> Inputs => inputs;

        public override IReadOnlyList<OrtElementType> Outputs => outputs;

        public override CustomKernel CreateKernel(OrtKernelInfo info)
        {
            Dictionary<string, double> values = [];
            foreach (string attribute in attributes)
                values[attribute] = attribute == "epsilon" ? info.Single(attribute) : info.Integer(attribute);
            return new Node(work, new OrtKernelAttributes(values));
        }
    }

    private sealed class Node(Work work, OrtKernelAttributes attributes) : CustomKernel
    {
        public override void Compute(OrtKernelContext context) => work(context, attributes);
    }
}
