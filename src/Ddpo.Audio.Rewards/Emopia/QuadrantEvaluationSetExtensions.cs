using Ddpo.Audio.Rewards.Emopia;

namespace Ddpo.Audio.Rewards;

/// <summary>Makes sets of clips in the four emotions that <see cref="EmopiaReward"/> tells apart.</summary>
public static class QuadrantEvaluationSetExtensions
{
    extension(EvaluationSet)
    {
        /// <summary>
        /// Lists the clips of a folder whose names begin with a quadrant of valence and arousal, as <c>Q1_0.wav</c>: <c>Q1</c> happy,
        /// <c>Q2</c> angry, <c>Q3</c> sad, <c>Q4</c> tender. The prompts are those of <c>PromptSource.EmotionSolo</c>, with their metadata.
        /// </summary>
        /// <param name="folder">The folder. A manifest in it is not looked at.</param>
        /// <param name="instrument">What the prompts ask to play. Default: <c>piano</c>.</param>
        /// <param name="recursive">Whether folders in it are searched, too.</param>
        /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
        /// <exception cref="InvalidDataException">It has no WAVs, or one has another name.</exception>
        public static EvaluationSet FromQuadrants(string folder, string instrument = "piano", bool recursive = false)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(instrument);
            return EvaluationSet.FromFolder(folder, new QuadrantNames(folder, instrument).Prompt, recursive);
        }
    }
}
