using Ddpo.Audio.Rewards.Emopia;

namespace Ddpo.Audio.Rewards;

/// <summary>Makes prompts in the four emotions that <see cref="EmopiaReward"/> tells apart.</summary>
public static class EmotionPromptSourceExtensions
{
    extension(PromptSource)
    {
        /// <summary>
        /// Draws solos in four emotions, <c>happy</c>, <c>angry</c>, <c>sad</c> and <c>tender</c>:
        /// <c>a recording of a {emotion} {instrument} solo, high quality</c>. The metadata has <c>emotion</c>, <c>instrument</c> and
        /// <c>quadrant</c>, the emotion's place in the plane of valence and arousal: happy <c>Q1</c>, angry <c>Q2</c>, sad <c>Q3</c>,
        /// tender <c>Q4</c>.
        /// </summary>
        /// <param name="instruments">At least one, such as <c>piano</c>.</param>
        /// <exception cref="ArgumentException">There is no instrument, or one is empty.</exception>
        public static PromptSource EmotionSolo(params string[] instruments) => PromptSource.FromList(EmotionPrompts.Solos(instruments));
    }
}
