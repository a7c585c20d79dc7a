//! Worst inputs: for each library function, scripts that give it as much to do as they can (`conformance/kills`).
//!
//! A file holds scripts, each below a line `--- NAME, NAME...: TITLE` that says which functions it is for; `language`
//! stands for what needs no function. `constant.txt` names the functions whose work does not grow with their arguments,
//! and a line `--- blocking: NAME...` those that wait for the system, which no kill ends.
//!
//! **Invariant:** each function of each profile has a worst input, or is constant, or blocking; the test of
//! `benches/src/bin/kill_latency` looks through the globals, so a new function without one is noticed.

use std::{fs, io, path::Path};

/// One script that is to be killed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorstInput {
    /// The functions that it is for, such as `string.rep`; empty if it is for the language itself.
    pub functions: Vec<String>,
    /// What it does.
    pub title: String,
    /// Its text.
    pub script: String,
}

/// All that `conformance/kills` holds.
#[derive(Clone, Debug, Default)]
pub struct WorstInputs {
    /// The scripts, in the order of the files.
    pub inputs: Vec<WorstInput>,
    /// Functions that do a bounded amount of work.
    pub constant: Vec<String>,
    /// Functions that wait for the system.
    pub blocking: Vec<String>,
}

impl WorstInputs {
    /// Reads a directory.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn read(directory: &Path) -> io::Result<Self> {
        let mut all = Self::default();
        for path in crate::files(directory)? {
            let text = fs::read_to_string(&path)?;
            if path.extension().is_some_and(|extension| extension == "txt") {
                all.constant.extend(text.split_whitespace().map(str::to_owned));
            } else {
                all.parse(&text);
            }
        }
        Ok(all)
    }

    fn parse(&mut self, text: &str) {
        for section in format!("\n{text}").split("\n--- ").skip(1) {
            let (head, script) = section.split_once('\n').unwrap_or((section, ""));
            let (names, title) = head.split_once(": ").unwrap_or((head, ""));
            match names {
                "blocking" => self.blocking.extend(title.split_whitespace().map(str::to_owned)),
                _ => self.inputs.push(WorstInput {
                    functions: names
                        .split(", ")
                        .filter(|name| *name != "language")
                        .map(str::to_owned)
                        .collect(),
                    title: title.to_owned(),
                    script: script.to_owned(),
                }),
            }
        }
    }

    /// Those of a list of functions that nothing is known of.
    #[must_use]
    pub fn missing<'f>(&self, functions: &'f [String]) -> Vec<&'f str> {
        let known = |name: &String| {
            self.inputs.iter().any(|input| input.functions.contains(name))
                || self.constant.contains(name)
                || self.blocking.contains(name)
        };
        functions.iter().filter(|name| !known(name)).map(String::as_str).collect()
    }

    /// The scripts that can run where these functions are, and one that calls the constant functions without end.
    #[must_use]
    pub fn for_functions(&self, functions: &[String]) -> Vec<WorstInput> {
        let fits = |input: &&WorstInput| {
            let needs_redis =
                input.script.contains("redis.") && !functions.iter().any(|name| name == "redis.call");
            !needs_redis
                && (input.functions.is_empty() || input.functions.iter().any(|name| functions.contains(name)))
        };
        let mut inputs: Vec<WorstInput> = self.inputs.iter().filter(fits).cloned().collect();
        let constant: Vec<&str> =
            self.constant.iter().filter(|name| functions.contains(name)).map(String::as_str).collect();
        inputs.push(WorstInput {
            functions: constant.iter().map(|name| (*name).to_owned()).collect(),
            title: "the functions whose work is bounded".to_owned(),
            script: format!(
                "local all = {{{}}}\nwhile true do for i = 1, #all do pcall(all[i], 1, 2) pcall(all[i], 'x') pcall(all[i]) end end",
                constant.join(", ")
            ),
        });
        inputs
    }
}

/// A script that returns the names of all functions that it can reach, separated by spaces.
pub const LIST_FUNCTIONS: &str = "local names = {}
local function walk(prefix, functions, depth)
  for key, value in pairs(functions) do
    if type(value) == 'function' then
      names[#names + 1] = prefix .. tostring(key)
    elseif type(value) == 'table' and depth < 2 and value ~= _G and key ~= 'loaded' and key ~= 'preload' then
      walk(prefix .. tostring(key) .. '.', value, depth + 1)
    end
  end
end
walk('', _G, 0)
table.sort(names)
return table.concat(names, ' ')";
