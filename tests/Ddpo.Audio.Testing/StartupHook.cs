/// <summary>
/// With <c>DOTNET_STARTUP_HOOKS=.../Ddpo.Audio.Testing.dll</c>, a thread in any .NET program that does nothing but make garbage, so that
/// collections happen at any instant.
/// </summary>
#pragma warning disable CA1050 // The runtime looks for it outside of namespaces.
internal static class StartupHook
#pragma warning restore CA1050
{
    public static void Initialize() => new Thread(() =>
    {
        while (true)
        {
            GC.KeepAlive(new byte[100_000]);
        }
    }) { IsBackground = true, Name = "garbage", Priority = ThreadPriority.BelowNormal }.Start();
}
