//! A small assembler, so that tests can say which instructions they mean.
//!
//! ```text
//! function main(a, ...)        the first function is the main one; without a header all of it is main()
//!   upvalue name register 3    or `up 0`, or `itself`; then `cell` if it is one
//!   local x 2                  register 2 is the local x from here on
//!   object 4 __add f           register 4 is a new table whose metatable has that field; 5 and 6 are overwritten
//! again:                       a label
//!   GetField 3 2 "size"        operands in the order of the fields, constants as they are, hints left out,
//!   JumpLtK 3 10 again         the label of a jump last; `*` is MULTIPLE; `Closure a f` takes a function's name
//! ```
//!
//! Instructions are separated by `;` or line ends; the line of the text is the line of the instruction. The number of
//! registers is the smallest with which the chunk passes `verify`.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses its part")]

use std::collections::HashMap;

use ferrous_vm::chunk::{Capture, Chunk, Constant, Local, Prototype, StringId, Upvalue};
use ferrous_vm::opcode::{Hint, MULTIPLE, Op};
use ferrous_vm::verify::{Fault, verify};

/// Assembles `text` into a chunk named `=test` and verifies it.
pub fn assemble(text: &str) -> Chunk {
    let mut chunk = assemble_unverified(text);
    while let Err(error) = verify(&chunk) {
        let registers = &mut chunk.prototypes[error.function].registers;
        match error.fault {
            Fault::Register(needed) if needed < 250 => *registers = needed as u8 + 1,
            Fault::Capture(_) | Fault::Local(_) if *registers < 20 => *registers += 1,
            _ => panic!("{error}\n{text}"),
        }
    }
    chunk
}

/// The same without verification, and with no more registers than parameters need.
pub fn assemble_unverified(text: &str) -> Chunk {
    let headless = !text.trim_start().starts_with("function");
    let mut assembler = Assembler::default();
    assembler.chunk.name = b"=test".as_slice().into();
    if headless {
        assembler.header("main()");
    }
    for (line, statements) in text.strip_prefix('\n').unwrap_or(text).lines().enumerate() {
        assembler.line = line as u32 + 1;
        for statement in split(statements, ';') {
            assembler.statement(&statement);
        }
    }
    assembler.finish_function();
    assembler.finish()
}

/// Splits at a separator outside of quotes; empty pieces are dropped.
fn split(text: &str, separator: char) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut quoted = false;
    for c in text.chars() {
        quoted ^= c == '"';
        if c == separator && !quoted {
            pieces.push(String::new());
        } else if let Some(piece) = pieces.last_mut() {
            piece.push(c);
        }
    }
    pieces.into_iter().map(|piece| piece.trim().to_string()).filter(|piece| !piece.is_empty()).collect()
}

#[derive(Default)]
struct Assembler {
    chunk: Chunk,
    current: Prototype,
    names: Vec<String>,
    labels: HashMap<String, usize>,
    /// Jumps of the current function, by label.
    jumps: Vec<(usize, String)>,
    /// Closures, by the name of their function.
    closures: Vec<(usize, usize, String)>,
    line: u32,
    open: bool,
}

impl Assembler {
    fn header(&mut self, text: &str) {
        self.finish_function();
        let (name, parameters) = text.trim_end_matches(')').split_once('(').expect("a parameter list");
        self.names.push(name.trim().to_string());
        self.open = true;
        self.current = Prototype { line_defined: self.line, ..Prototype::default() };
        if self.names.len() == 1 {
            self.current.line_defined = 0;
        }
        for parameter in parameters.split(',').map(str::trim).filter(|parameter| !parameter.is_empty()) {
            if parameter == "..." {
                self.current.is_vararg = true;
            } else {
                self.current.parameters += 1;
                let register = self.current.parameters;
                self.local(parameter, register, false);
            }
        }
        self.current.registers = self.current.parameters + 1;
    }

    fn local(&mut self, name: &str, register: u8, cell: bool) {
        let name = self.text(name);
        let start = self.current.code.len() as u32;
        self.current.locals.push(Local { name, register, cell, start, end: u32::MAX });
    }

    fn text(&mut self, text: &str) -> StringId {
        let known = self.chunk.strings.iter().position(|known| **known == *text.as_bytes());
        let index = known.unwrap_or_else(|| {
            self.chunk.strings.push(text.as_bytes().into());
            self.chunk.strings.len() - 1
        });
        StringId(index as u32)
    }

    fn constant(&mut self, token: &str) -> u32 {
        let constant = match token {
            "nil" => Constant::Nil,
            "true" => Constant::Boolean(true),
            "false" => Constant::Boolean(false),
            _ => match token.strip_prefix('"') {
                Some(text) => Constant::String(self.text(text.trim_end_matches('"'))),
                None => Constant::Number(token.parse().unwrap_or_else(|_| panic!("constant {token}"))),
            },
        };
        let constants = &mut self.current.constants;
        // -0 and 0 are equal and yet not the same.
        let same = |known: &Constant| match (known, constant) {
            (Constant::Number(x), Constant::Number(y)) => x.to_bits() == y.to_bits(),
            (x, y) => *x == y,
        };
        let known = constants.iter().position(same);
        known.unwrap_or_else(|| {
            constants.push(constant);
            constants.len() - 1
        }) as u32
    }

    fn statement(&mut self, statement: &str) {
        if let Some(header) = statement.strip_prefix("function ") {
            return self.header(header);
        }
        if let Some(label) = statement.strip_suffix(':') {
            self.labels.insert(label.to_string(), self.current.code.len());
            return;
        }
        let tokens = split(statement, ' ');
        let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
        match tokens.as_slice() {
            ["local", name, register, rest @ ..] => {
                self.local(name, register.parse().expect("a register"), rest == ["cell"]);
            }
            ["upvalue", name, rest @ ..] => {
                let name = self.text(name);
                let capture = match rest {
                    ["register", register, ..] => Capture::Register(register.parse().expect("a register")),
                    ["up", upvalue, ..] => Capture::Upvalue(upvalue.parse().expect("an upvalue")),
                    _ => Capture::Itself,
                };
                let cell = rest.last() == Some(&"cell");
                self.current.upvalues.push(Upvalue { name, capture, cell });
            }
            ["object", register, event, handler] => {
                let register: u8 = register.parse().expect("a register");
                self.statement(&format!("GetGlobal {register} \"object\""));
                self.statement(&format!("LoadK {} \"{event}\"", register + 1));
                self.statement(&format!("Closure {} {handler}", register + 2));
                self.statement(&format!("Call {register} 2 1"));
            }
            [name, operands @ ..] => {
                let op = self.op(name, operands);
                self.current.code.push(op);
                self.current.lines.push(self.line);
            }
            [] => {}
        }
    }

    fn finish_function(&mut self) {
        if !std::mem::take(&mut self.open) {
            return;
        }
        let mut prototype = std::mem::take(&mut self.current);
        prototype.last_line_defined = self.line;
        let len = prototype.code.len() as u32;
        for local in &mut prototype.locals {
            local.end = len;
        }
        for (at, label) in std::mem::take(&mut self.jumps) {
            let target = *self.labels.get(&label).unwrap_or_else(|| panic!("label {label}"));
            match &mut prototype.code[at] {
                Op::FarJump { target: place } => *place = target as u32,
                op => {
                    op.set_jump_offset(target as i64 - at as i64 - 1);
                }
            }
        }
        self.labels.clear();
        self.chunk.prototypes.push(prototype);
    }

    fn finish(mut self) -> Chunk {
        for (function, at, name) in self.closures {
            let known = self.names.iter().position(|known| *known == name);
            let index = known.unwrap_or_else(|| panic!("function {name}"));
            if let Op::Closure { p, .. } = &mut self.chunk.prototypes[function].code[at] {
                *p = index as u32;
            }
        }
        self.chunk
    }

    fn op(&mut self, name: &str, operands: &[&str]) -> Op {
        let at = self.current.code.len();
        let hint = Hint::default;
        let mut operands = operands.iter();
        let mut next = || *operands.next().unwrap_or_else(|| panic!("an operand of {name}"));
        macro_rules! r {
            () => {
                match next() {
                    "*" => MULTIPLE,
                    token => token.parse().unwrap_or_else(|_| panic!("{name} {token}")),
                }
            };
        }
        macro_rules! n {
            () => {
                next().parse().unwrap_or_else(|_| panic!("a number of {name}"))
            };
        }
        macro_rules! k {
            () => {
                self.constant(next())
            };
        }
        macro_rules! jump {
            () => {{
                self.jumps.push((at, next().to_string()));
                0
            }};
        }
        // Opcodes by the shape of their operands.
        macro_rules! shapes {
            ($($shape:tt: $($op:ident)*;)*) => {
                match name {
                    $($(stringify!($op) => shapes!(@ $op $shape),)*)*
                    _ => panic!("no opcode {name}"),
                }
            };
            (@ $op:ident { $($field:ident = $value:expr),* }) => {
                Op::$op { $($field: $value),* }
            };
        }
        let op = shapes! {
            {}: Return0;
            {a = r!()}: NewCell TailCallTop Return1 ReturnTop;
            {params = r!()}: VarargPrep VarargPrepArg;
            {a = r!(), b = r!()}: Move GetCell SetCell Neg Not Len;
            {a = r!(), b = r!(), c = r!()}: GetIndex SetIndex Add Sub Mul Div Mod Pow Concat;
            {a = r!(), b = r!(), k = k!()}: AddK SubK MulK DivK ModK PowK KAdd KSub KMul KDiv;
            {a = r!(), b = r!(), n = n!()}: AddN SubN MulN ModN GetInt SetInt;
            {a = r!(), k = k!()}: LoadK;
            {a = r!(), n = r!()}: LoadNil Return Vararg;
            {a = r!(), value = n!()}: LoadBool;
            {a = r!(), u = r!()}: GetUpvalue GetCellUpvalue SetCellUpvalue;
            {a = r!(), hint = hint(), k = k!()}: GetGlobal SetGlobal;
            {a = r!(), b = r!(), hint = hint(), k = k!()}: GetField SetField GetMethod;
            {a = r!(), hash = n!(), array = n!()}: NewTable;
            {a = r!(), n = r!(), first = n!()}: SetList;
            {a = r!(), first = n!()}: SetListTop;
            {off = jump!()}: Jump Loop;
            {target = jump!()}: FarJump;
            {a = r!(), off = jump!()}: JumpIf JumpIfNot ForPrep ForLoop ForLoop1 ForInPrep;
            {a = r!(), b = r!(), off = jump!()}: JumpEq JumpNe JumpLt JumpNotLt JumpLe JumpNotLe;
            {a = r!(), k = k!(), off = jump!()}:
                JumpEqK JumpNeK JumpLtK JumpNotLtK JumpLeK JumpNotLeK JumpGtK JumpNotGtK JumpGeK JumpNotGeK;
            {a = r!(), n = n!(), off = jump!()}:
                JumpEqN JumpNeN JumpLtN JumpNotLtN JumpLeN JumpNotLeN JumpGtN JumpNotGtN JumpGeN JumpNotGeN;
            {a = r!(), n = r!(), off = jump!()}: ForIn;
            {a = r!(), nargs = r!(), nret = r!()}: Call;
            {a = r!(), nret = r!()}: CallTop;
            {a = r!(), nargs = r!()}: TailCall;
            {a = r!(), n = r!(), params = r!()}: ReturnVararg;
            {a = r!(), nargs = r!(), params = r!()}: TailCallVararg;
            {a = r!(), p = {
                self.closures.push((self.names.len() - 1, at, next().to_string()));
                0
            }}: Closure;
        };
        assert!(operands.next().is_none(), "too many operands: {name}");
        op
    }
}
