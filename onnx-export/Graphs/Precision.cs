namespace OnnxExport.Graphs;

/// <summary>In what numbers the matrices of an exported model are kept.</summary>
internal enum Precision
{
    Fp32,
    Fp16,
    Bf16,
    Int8,
}
