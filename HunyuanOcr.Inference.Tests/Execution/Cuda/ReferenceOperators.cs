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
        new Reference("SplitRotateNorm", [H, F, F, F, F], [H, H, H], SplitRotate, "num_heads", "kv_num_heads"),
        new Reference("SwiGlu", [H], [H], SwiGlu),
        new Reference("TokenChoice", [F], [OrtElementType.Int64, F, OrtElementType.Int32, F, F], (context, _) => Choose(context, penalised: false)),
        new Reference("TokenChoicePenalised", [F, F, OrtElementType.UInt8], [OrtElementType.Int64, F, OrtElementType.Int32, F, OrtElementType.UInt8, F],
            (context, _) => Choose(context, penalised: true)),
        new Reference("NormLinear", [H, H, H], [H], (context, attributes) => Product(context, attributes, gated: false, wide: false), "epsilon"),
        new Reference("NormSwiGlu", [H, H, H], [H], (context, attributes) => Product(context, attributes, gated: true, wide: false), "epsilon"),
        new Reference("NormLogits", [H, H, H], [F], (context, attributes) => Product(context, attributes, gated: false, wide: true), "epsilon"),
        new Reference("AddLinear", [H, H, H], [H], AddLinear),
    ];

    // Without the norm: the attention of the CPU computes it.
    private static void SplitRotate(OrtKernelContext context, OrtKernelAttributes attributes)
    {
        Span<long> shape = stackalloc long[2], angles = stackalloc long[2];
        Half* qkv = (Half*)context.Input(0, shape);
        float* cos = (float*)context.Input(1, angles), sin = (float*)context.Input(2, angles);
        int tokens = (int)shape[0], heads = (int)attributes["num_heads"], kvHeads = (int)attributes["kv_num_heads"], size = (int)shape[1] / (heads + (2 * kvHeads)), half = size / 2;
        Half* query = (Half*)context.Output(0, tokens, heads * size), key = (Half*)context.Output(1, tokens, kvHeads * size), value = (Half*)context.Output(2, tokens, kvHeads * size);
        for (int token = 0; token < tokens; token++)
        {
            for (int head = 0; head < heads + (2 * kvHeads); head++)
            {
                Half* from = qkv + (((token * (heads + (2 * kvHeads))) + head) * size);
                Half* to = head < heads ? query + (((token * heads) + head) * size)
                    : head < heads + kvHeads ? key + (((token * kvHeads) + head - heads) * size)
                    : value + (((token * kvHeads) + head - heads - kvHeads) * size);
                for (int i = 0; i < size; i++)
                {
                    float turned = i < half ? -(float)from[i + half] : (float)from[i - half];
                    long angle = (token * angles[1]) + (i % angles[1]);
                    to[i] = head < heads + kvHeads ? (Half)(((float)from[i] * cos[angle]) + (turned * sin[angle])) : from[i];
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

    private static void Choose(OrtKernelContext context, bool penalised)
    {
        const int Top = 5;
        Span<long> shape = stackalloc long[2], column = stackalloc long[1];
        float* logits = (float*)context.Input(0, shape);
        int rows = (int)shape[0], vocabulary = (int)shape[1];
        float* penalty = penalised ? (float*)context.Input(1, column) : null;
        byte* seen = penalised ? (byte*)context.Input(2, shape) : null;
        long* ids = (long*)context.Output(0, rows);
        float* logprobs = (float*)context.Output(1, rows);
        int* topIds = (int*)context.Output(2, rows, Top);
        float* topLogprobs = (float*)context.Output(3, rows, Top);
        byte* marked = penalised ? (byte*)context.Output(4, rows, vocabulary) : null;
        context.Output(penalised ? 5 : 4, rows, 1);
        for (int row = 0; row < rows; row++)
        {
            float[] own = new ReadOnlySpan<float>(logits + (row * vocabulary), vocabulary).ToArray();
            for (int id = 0; penalised && id < vocabulary; id++)
            {
                marked[(row * vocabulary) + id] = seen[(row * vocabulary) + id];
                if (seen[(row * vocabulary) + id] != 0)
                    own[id] = own[id] < 0 ? own[id] * penalty[row] : own[id] / penalty[row];
            }

            double total = Math.Log(own.Sum(value => Math.Exp(value)));
            int[] best = [.. Enumerable.Range(0, vocabulary).OrderByDescending(id => own[id]).Take(Top)];
            for (int place = 0; place < Top; place++)
                (topIds[(row * Top) + place], topLogprobs[(row * Top) + place]) = (best[place], (float)(own[best[place]] - total));
            (ids[row], logprobs[row]) = (best[0], topLogprobs[row * Top]);
            if (penalised)
                marked[(row * vocabulary) + best[0]] = 1;
        }
    }

    private static void Product(OrtKernelContext context, OrtKernelAttributes attributes, bool gated, bool wide)
    {
        Span<long> shape = stackalloc long[2], weight = stackalloc long[1], product = stackalloc long[2];
        Half* hidden = (Half*)context.Input(0, shape), gamma = (Half*)context.Input(1, weight), matrix = (Half*)context.Input(2, product);
        int rows = (int)shape[0], size = (int)shape[1], outputs = (int)product[0] / (gated ? 2 : 1);
        void* result = context.Output(0, rows, outputs);
        float[] normed = new float[size];
        for (int row = 0; row < rows; row++)
        {
            Half* own = hidden + (row * size);
            double squares = 0;
            for (int i = 0; i < size; i++)
                squares += (double)own[i] * (double)own[i];
            for (int i = 0; i < size; i++)
                normed[i] = (float)((double)own[i] * (double)gamma[i] / Math.Sqrt((squares / size) + attributes["epsilon"]));
            for (int output = 0; output < outputs; output++)
            {
                float value = Dot(normed, matrix + (output * size));
                if (gated)
                    value = Gated(value, Dot(normed, matrix + ((outputs + output) * size)));
                if (wide)
                    ((float*)result)[(row * outputs) + output] = value;
                else
                    ((Half*)result)[(row * outputs) + output] = (Half)value;
            }
        }
    }

    private static void AddLinear(OrtKernelContext context, OrtKernelAttributes attributes)
    {
        Span<long> shape = stackalloc long[2], product = stackalloc long[2], sums = stackalloc long[2];
        Half* inputs = (Half*)context.Input(0, shape), matrix = (Half*)context.Input(1, product), residual = (Half*)context.Input(2, sums);
        int rows = (int)shape[0], size = (int)shape[1], outputs = (int)product[0];
        Half* result = (Half*)context.Output(0, rows, outputs);
        for (int i = 0; i < rows * outputs; i++)
        {
            float[] row = [.. new ReadOnlySpan<Half>(inputs + (i / outputs * size), size).ToArray().Select(value => (float)value)];
            result[i] = (Half)((float)residual[i] + Dot(row, matrix + (i % outputs * size)));
        }
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
