namespace OnnxExport.Checkpoints;

/// <summary>The weights of a checkpoint are incomplete or damaged. The message names the file or tensor and what was expected.</summary>
internal sealed class CheckpointException(string message) : Exception(message);
