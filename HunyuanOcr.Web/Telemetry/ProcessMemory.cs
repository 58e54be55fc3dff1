namespace HunyuanOcr.Web.Telemetry;

/// <summary>Memory of this process in bytes.</summary>
internal static class ProcessMemory
{
    internal static long Resident => Environment.WorkingSet;

    /// <summary>What the machine or its container lets the process have.</summary>
    internal static long Limit => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
}
