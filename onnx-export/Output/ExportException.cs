namespace OnnxExport.Output;

/// <summary>The model folder could not be written. The message says where and what to do.</summary>
internal sealed class ExportException(string message) : Exception(message);
