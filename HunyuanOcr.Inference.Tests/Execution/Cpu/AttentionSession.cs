using HunyuanOcr.Inference.Execution.Cpu;
using HunyuanOcr.Inference.Execution.Cpu.Kernels;
using HunyuanOcr.Inference.Tests.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Tests.Execution.Cpu;

/// <summary>One PagedAttention node in an ONNX Runtime session.</summary>
internal sealed class AttentionSession : IDisposable
{
    private readonly OperatorSession session;

    public AttentionSession(int heads, int keyValueHeads, float scale, VectorWidth width, int threads = 2)
    {
        GraphBytes.Port[] inputs =
        [
            new("qkv", 1, "T", "W"), new("cos", 1, "T", "D"), new("sin", 1, "T", "D"), new("q_norm", 1, "D"), new("k_norm", 1, "D"),
            new("keys", 1, "N", "K", "S", "D"), new("values", 1, "N", "K", "S", "D"), new("cumulative", 6, "B1"), new("past", 6, "B"), new("table", 6, "B", "M"),
        ];
        byte[] graph = GraphBytes.OneNode("PagedAttention", "hunyuanocr", inputs, [new("out", 1, "T", "O")],
            ("num_heads", (long)heads), ("kv_num_heads", (long)keyValueHeads), ("scale", scale), ("qk_norm_epsilon", AttentionCase.Epsilon));
        session = new OperatorSession(graph, new PagedAttentionOperator(threads, width));
    }

    public Span<float> Keys => session.Values("keys");

    public Span<float> Values => session.Values("values");

    /// <summary>Sets every input.</summary>
    public void Load(AttentionCase batch)
    {
        session.Input<float>("keys", batch.Keys, batch.BlockCount, batch.KeyValueHeads, batch.BlockSize, batch.HeadSize);
        session.Input<float>("values", batch.Values, batch.BlockCount, batch.KeyValueHeads, batch.BlockSize, batch.HeadSize);
        session.Input<float>("q_norm", batch.QueryNorm, batch.HeadSize);
        session.Input<float>("k_norm", batch.KeyNorm, batch.HeadSize);
        session.Input<int>("table", batch.BlockTable, batch.Sequences.Length, batch.MaxBlocks);
        Tokens(batch, [.. batch.Sequences.Select(s => s.Past)], [.. batch.CumulativeLengths], Enumerable.Range(0, batch.Tokens));
    }

    /// <summary>Sets the inputs that say which tokens run; the caches stay.</summary>
    public void Tokens(AttentionCase batch, int[] past, int[] cumulative, IEnumerable<int> tokens)
    {
        int[] rows = [.. tokens];
        session.Input<float>("qkv", Rows(batch.Packed, batch.PackedWidth, rows), rows.Length, batch.PackedWidth);
        session.Input<float>("cos", Rows(batch.Cos, batch.HeadSize, rows), rows.Length, batch.HeadSize);
        session.Input<float>("sin", Rows(batch.Sin, batch.HeadSize, rows), rows.Length, batch.HeadSize);
        session.Input<int>("cumulative", cumulative, cumulative.Length);
        session.Input<int>("past", past, past.Length);
        session.Output("out", rows.Length * batch.Heads * batch.HeadSize, rows.Length, batch.Heads * batch.HeadSize);
    }

    public void Table(int[] table, int sequences) => session.Input<int>("table", table, sequences, table.Length / sequences);

    public float[] Run()
    {
        session.Run();
        return session.Values("out").ToArray();
    }

    public void Dispose() => session.Dispose();

    private static float[] Rows(float[] matrix, int width, int[] rows)
    {
        float[] chosen = new float[rows.Length * width];
        for (int i = 0; i < rows.Length; i++)
            Array.Copy(matrix, rows[i] * width, chosen, i * width, width);
        return chosen;
    }
}
