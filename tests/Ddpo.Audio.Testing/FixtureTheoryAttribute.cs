namespace Ddpo.Audio.Testing;

/// <summary>The same as <see cref="FixtureFactAttribute"/>, with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FixtureTheoryAttribute : Xunit.TheoryAttribute
{
    /// <inheritdoc cref="FixtureTheoryAttribute"/>
    /// <param name="path">The file's path among the fixtures.</param>
    public FixtureTheoryAttribute(string path) => Skip = Fixtures.Lack(path);
}
