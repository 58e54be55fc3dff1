namespace HunyuanOcr.Inference.Checkpoints;

/// <summary>How the numbers of a table are stored.</summary>
internal enum StoredPrecision
{
    Float32,
    Float16,
    BFloat16,
}

/// <summary>The table of token embeddings, [Rows, Columns] row by row without a header.</summary>
internal sealed record EmbeddingFile(string FileName, StoredPrecision Precision, int Rows, int Columns)
{
    public int BytesOfNumber => Precision == StoredPrecision.Float32 ? 4 : 2;

    public long Bytes => (long)Rows * Columns * BytesOfNumber;

    public static EmbeddingFile Read(JsonSection embedding)
    {
        string dtype = embedding.Text("dtype");
        StoredPrecision? precision = dtype switch
        {
            "float32" => StoredPrecision.Float32,
            "float16" => StoredPrecision.Float16,
            "bfloat16" => StoredPrecision.BFloat16,
            _ => null,
        };
        if (precision is null && dtype.Length > 0)
            embedding.Fault("dtype", $"is {dtype}, not float32, float16 or bfloat16");
        return new EmbeddingFile(embedding.Text("filename"), precision ?? StoredPrecision.Float32, embedding.Count("rows"), embedding.Count("columns"));
    }
}
