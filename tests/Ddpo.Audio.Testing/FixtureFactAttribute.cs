namespace Ddpo.Audio.Testing;

/// <summary>A test of a file that some sets of fixtures lack; skipped where it is not.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FixtureFactAttribute : Xunit.FactAttribute
{
    /// <inheritdoc cref="FixtureFactAttribute"/>
    /// <param name="path">The file's path among the fixtures.</param>
    public FixtureFactAttribute(string path) => Skip = Fixtures.Lack(path);
}
