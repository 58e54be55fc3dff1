using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Checkpoints;

/// <summary>The table of token embeddings, [Rows, Columns] row by row without a header, in float, float16 or bfloat16.</summary>
internal sealed record EmbeddingFile(string FileName, OrtElementType Type, int Rows, int Columns)
{
    public long Bytes => (long)Rows * Columns * Type.Bytes();

    public static EmbeddingFile Read(JsonSection embedding) =>
        new(embedding.Text("filename"), embedding.StoredType("dtype"), embedding.Count("rows"), embedding.Count("columns"));
}
