namespace Ddpo.Audio.Training.Observers.Html;

/// <summary>Where a guard began to fall.</summary>
/// <param name="Index">The point of its highest mean.</param>
/// <param name="By">How much lower the last mean is.</param>
/// <param name="Error">The standard error of that difference.</param>
internal sealed record GuardFall(int Index, double By, double Error)
{
    /// <summary>What counts as a fall, for those who read the page.</summary>
    public const string Definition =
        "A guard began to fall at its highest mean, if its last mean is more than 2 standard errors of their difference below that one.";

    // Standard errors.
    private const double Limit = 2;

    /// <summary>Finds it; <see langword="null"/> when it has not fallen, or has come back.</summary>
    /// <param name="means">The guard's, of epochs together with those before them, or of rounds.</param>
    /// <param name="errors">Their standard errors; NaN where there is none.</param>
    public static GuardFall? Of(double[] means, double[] errors)
    {
        var (top, last) = (-1, -1);
        for (var i = 0; i < means.Length; i++)
        {
            if (double.IsFinite(means[i]) && double.IsFinite(errors[i]))
            {
                (top, last) = (top < 0 || means[i] > means[top] ? i : top, i);
            }
        }

        if (top < 0)
        {
            return null;
        }

        var (by, error) = (means[top] - means[last], Math.Sqrt((errors[top] * errors[top]) + (errors[last] * errors[last])));
        return by > Limit * error ? new GuardFall(top, by, error) : null;
    }
}
