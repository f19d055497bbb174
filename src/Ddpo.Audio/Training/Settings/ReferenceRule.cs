using System.Globalization;
using Ddpo.Audio.Settings;

namespace Ddpo.Audio.Training.Settings;

/// <summary>What every algorithm that is pulled back to the model before training needs.</summary>
internal static class ReferenceRule
{
    /// <summary>Says what is wrong.</summary>
    /// <param name="klWeight">How strong the pull is.</param>
    /// <param name="group">The key of the algorithm's settings.</param>
    /// <param name="options">All of the run's.</param>
    public static IEnumerable<SettingFailure> Check(double klWeight, string group, DdpoOptions options) => klWeight is not > 0 || options.Lora is not null
        ? []
        : [
            new(
                $"KlWeight is {klWeight.ToString(CultureInfo.InvariantCulture)}, but every weight of the model is trained (Lora is off), so that nothing is left of "
                + "the model before training to compare with. Use LoRA, or set KlWeight to 0.",
                $"{group}:KlWeight", "Lora"),
        ];
}
