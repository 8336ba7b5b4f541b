//! placeholder
pub fn test(_: &[String]) -> anyhow::Result<()> {
    anyhow::bail!("later")
}
