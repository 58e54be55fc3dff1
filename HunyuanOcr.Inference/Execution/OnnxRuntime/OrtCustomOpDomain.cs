using System.Runtime.InteropServices;

namespace HunyuanOcr.Inference.Execution.OnnxRuntime;

/// <summary>A domain of custom operators and the native structures through which ONNX Runtime calls them. Sessions keep it alive.</summary>
internal sealed unsafe class OrtCustomOpDomain : OrtHandle
{
    private readonly List<nint> registrations = [];

    private OrtCustomOpDomain(OrtApi api)
        : base(api, OrtFunction.ReleaseCustomOpDomain)
    {
    }

    public static OrtCustomOpDomain Create(OrtApi api, string name, params IEnumerable<CustomOperator> operators)
    {
        OrtCustomOpDomain domain = new(api);
        nint created;
        fixed (byte* text = Utf8.Terminated(name))
            api.Check(((delegate* unmanaged<byte*, nint*, nint>)api[OrtFunction.CreateCustomOpDomain])(text, &created));
        domain.SetHandle(created);
        foreach (CustomOperator custom in operators)
        {
            OrtCustomOpRegistration* registration = OrtCustomOpRegistration.Create(api, custom);
            domain.registrations.Add((nint)registration);
            api.Check(((delegate* unmanaged<nint, void*, nint>)api[OrtFunction.CustomOpDomainAdd])(created, registration));
        }

        return domain;
    }

    protected override bool ReleaseHandle()
    {
        bool released = base.ReleaseHandle();
        foreach (nint registration in registrations)
            OrtCustomOpRegistration.Free((OrtCustomOpRegistration*)registration);
        return released;
    }
}

/// <summary>The native structure of one operator, followed by what its callbacks need. Nothing that is thrown leaves a callback.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct OrtCustomOpRegistration
{
    private const uint StructureVersion = 22;

    private OrtCustomOp operation;
    private nint state;
    private byte* name;
    private byte* provider;
    private int* inputs;
    private int* outputs;
    private int inputCount;
    private int requiredInputs;
    private int outputCount;

    public static OrtCustomOpRegistration* Create(OrtApi api, CustomOperator custom)
    {
        OrtCustomOpRegistration* made = (OrtCustomOpRegistration*)NativeMemory.AllocZeroed((nuint)sizeof(OrtCustomOpRegistration));
        made->state = GCHandle.ToIntPtr(GCHandle.Alloc(new State(api, custom)));
        made->name = (byte*)Marshal.StringToCoTaskMemUTF8(custom.Name);
        made->provider = (byte*)Marshal.StringToCoTaskMemUTF8(custom.Provider);
        made->inputCount = custom.Inputs.Count;
        made->requiredInputs = custom.Inputs.Count - custom.OptionalInputs;
        made->outputCount = custom.Outputs.Count;
        made->inputs = Copy(custom.Inputs);
        made->outputs = Copy(custom.Outputs);
        made->operation = new OrtCustomOp
        {
            Version = StructureVersion,
            GetName = &GetName,
            GetExecutionProviderType = &GetExecutionProviderType,
            GetInputType = &GetInputType,
            GetInputTypeCount = &GetInputTypeCount,
            GetOutputType = &GetOutputType,
            GetOutputTypeCount = &GetOutputTypeCount,
            KernelDestroy = &DestroyKernel,
            GetInputCharacteristic = &GetInputCharacteristic,
            GetOutputCharacteristic = &Zero,
            GetInputMemoryType = &Zero,
            CreateKernelV2 = &CreateKernel,
            KernelComputeV2 = &Compute,
            GetStartVersion = &GetStartVersion,
            GetEndVersion = &GetEndVersion,
        };
        return made;
    }

    public static void Free(OrtCustomOpRegistration* made)
    {
        GCHandle.FromIntPtr(made->state).Free();
        Marshal.FreeCoTaskMem((nint)made->name);
        Marshal.FreeCoTaskMem((nint)made->provider);
        NativeMemory.Free(made->inputs);
        NativeMemory.Free(made->outputs);
        NativeMemory.Free(made);
    }

    private static int* Copy(IReadOnlyList<OrtElementType> types)
    {
        int* copy = (int*)NativeMemory.Alloc((nuint)types.Count, sizeof(int));
        for (int i = 0; i < types.Count; i++)
            copy[i] = (int)types[i];
        return copy;
    }

    [UnmanagedCallersOnly]
    private static byte* GetName(OrtCustomOp* self) => ((OrtCustomOpRegistration*)self)->name;

    /// <summary>Null means the CPU provider.</summary>
    [UnmanagedCallersOnly]
    private static byte* GetExecutionProviderType(OrtCustomOp* self) => ((OrtCustomOpRegistration*)self)->provider;

    [UnmanagedCallersOnly]
    private static int GetInputType(OrtCustomOp* self, nuint index) => ((OrtCustomOpRegistration*)self)->inputs[index];

    [UnmanagedCallersOnly]
    private static nuint GetInputTypeCount(OrtCustomOp* self) => (nuint)((OrtCustomOpRegistration*)self)->inputCount;

    [UnmanagedCallersOnly]
    private static int GetOutputType(OrtCustomOp* self, nuint index) => ((OrtCustomOpRegistration*)self)->outputs[index];

    [UnmanagedCallersOnly]
    private static nuint GetOutputTypeCount(OrtCustomOp* self) => (nuint)((OrtCustomOpRegistration*)self)->outputCount;

    /// <summary>0: required; 1: optional.</summary>
    [UnmanagedCallersOnly]
    private static int GetInputCharacteristic(OrtCustomOp* self, nuint index) => index < (nuint)((OrtCustomOpRegistration*)self)->requiredInputs ? 0 : 1;

    /// <summary>Zero: the output is required, or the input lies in the provider's default memory.</summary>
    [UnmanagedCallersOnly]
    private static int Zero(OrtCustomOp* self, nuint index) => 0;

    [UnmanagedCallersOnly]
    private static int GetStartVersion(OrtCustomOp* self) => 1;

    [UnmanagedCallersOnly]
    private static int GetEndVersion(OrtCustomOp* self) => int.MaxValue;

    [UnmanagedCallersOnly]
    private static nint CreateKernel(OrtCustomOp* self, nint* api, nint info, nint* kernel)
    {
        State state = (State)GCHandle.FromIntPtr(((OrtCustomOpRegistration*)self)->state).Target!;
        *kernel = 0;
        try
        {
            CustomKernel made = state.Operator.CreateKernel(new OrtKernelInfo(state.Api, info));
            *kernel = GCHandle.ToIntPtr(GCHandle.Alloc(new Node(state, made)));
            return 0;
        }
        catch (Exception fault)
        {
            return state.Api.CreateStatus(OrtErrorCode.InvalidArgument, $"{state.Operator.Name}: {fault.Message}");
        }
    }

    [UnmanagedCallersOnly]
    private static nint Compute(nint kernel, nint context)
    {
        Node node = (Node)GCHandle.FromIntPtr(kernel).Target!;
        try
        {
            node.Kernel.Compute(new OrtKernelContext(node.State.Api, context));
            return 0;
        }
        catch (Exception fault)
        {
            return node.State.Api.CreateStatus(OrtErrorCode.RuntimeException, $"{node.State.Operator.Name}: {fault.Message}");
        }
    }

    [UnmanagedCallersOnly]
    private static void DestroyKernel(nint kernel)
    {
        if (kernel != 0)
            GCHandle.FromIntPtr(kernel).Free();
    }

    private sealed record State(OrtApi Api, CustomOperator Operator);

    private sealed record Node(State State, CustomKernel Kernel);
}
