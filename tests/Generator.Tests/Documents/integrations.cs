namespace Shown;

internal abstract partial class World
{
    protected string consumerKey = "", consumerSecret = "", accessToken = "", accessTokenSecret = "";
}
