using System.Security.Cryptography;

namespace HunyuanOcr.Inference.Checkpoints;

/// <summary>The part of the self-check that compares every file with the hash it was exported with.</summary>
internal static class FileCheck
{
    /// <summary>Faults found, empty where every file is as it was exported. Reads the whole model once.</summary>
    public static async Task<IReadOnlyList<string>> RunAsync(ModelFolder folder, CancellationToken cancellationToken)
    {
        List<string> faults = [];
        foreach (ExportedFile file in folder.Export.Files)
        {
            try
            {
                using FileStream stream = File.OpenRead(folder.PathOf(file.Name));
                byte[] hash = await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false);
                if (!Convert.ToHexStringLower(hash).Equals(file.Sha256, StringComparison.OrdinalIgnoreCase))
                    faults.Add($"{file.Name} in {folder.Location} is not what was exported: its SHA-256 is {Convert.ToHexStringLower(hash)}, not {file.Sha256}. {ModelFolder.Remedy}");
            }
            catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
            {
                faults.Add($"{file.Name} in {folder.Location} cannot be read: {reason.Message}");
            }
        }

        return faults;
    }
}
