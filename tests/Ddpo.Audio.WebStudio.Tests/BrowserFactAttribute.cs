namespace Ddpo.Audio.WebStudio.Tests;

/// <summary>A test in headless Chromium; skipped where there is none.</summary>
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute()
    {
        if (Browser.Chromium is null || Browser.Driver is null)
        {
            Skip = "Needs Chromium and its driver: apt-get install chromium chromium-driver.";
        }
    }
}
