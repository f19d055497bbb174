namespace Ddpo.Audio.Testing;

/// <summary>A test of an EMOPIA network with so many outputs; skipped where the fixtures have none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EmopiaFactAttribute : Xunit.FactAttribute
{
    /// <inheritdoc cref="EmopiaFactAttribute"/>
    /// <param name="outputs">4 for the quadrants, 2 for a half.</param>
    public EmopiaFactAttribute(int outputs)
    {
        if (EmopiaTasks.With(outputs) is null)
        {
            Skip = $"The fixtures have no EMOPIA checkpoint with {outputs} outputs.";
        }
    }
}
