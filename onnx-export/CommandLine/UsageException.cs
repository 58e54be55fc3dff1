namespace OnnxExport.CommandLine;

/// <summary>The command line asks for something that does not exist or is not supported.</summary>
internal sealed class UsageException(string message) : Exception(message);
