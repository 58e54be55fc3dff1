namespace OnnxExport.Configuration;

/// <summary>A JSON file of the checkpoint says something that cannot be exported. The message names the file, the key and the remedy.</summary>
internal sealed class ConfigurationException(string message) : Exception(message);
