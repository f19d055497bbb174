namespace Ddpo.Audio.Samples;

/// <summary>Hands settings to the builder, which makes its own options.</summary>
internal static class Options
{
    /// <summary>Sets every property of <paramref name="to"/> to that of <paramref name="from"/>.</summary>
    public static void Copy<T>(T from, T to)
    {
        foreach (var property in SettingTree.Properties(typeof(T)))
        {
            property.SetValue(to, property.GetValue(from));
        }
    }
}
