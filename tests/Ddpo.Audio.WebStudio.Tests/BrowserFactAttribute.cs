namespace Ddpo.Audio.WebStudio.Tests;

/// <summary>A test in headless Chromium; skipped where there is none. <c>./build.sh test</c> installs it where it may, and must in CI.</summary>
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
