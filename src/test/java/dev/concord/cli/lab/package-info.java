/// Tests of the lab's parts. Start with [NodeProxyTests]; the whole lab is tested by `LabIT`.
package dev.concord.cli.lab;
