/* global document */

// The browser's half of the painter: asks for a picture, paints it by WebGL, sends the pixels back, until none is left.

const VERTEX = `#version 300 es
in vec2 corner; void main() { gl_Position = vec4(corner, 0., 1.); }`;
const STRIP = 32;

const canvas = document.createElement('canvas');
const gl = canvas.getContext('webgl2', { antialias: false, preserveDrawingBuffer: true });
const programs = new Map();

function compile(type, source) {
  const shader = gl.createShader(type);
  gl.shaderSource(shader, source);
  gl.compileShader(shader);
  if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw new Error(gl.getShaderInfoLog(shader));
  return shader;
}

function programFor(source) {
  if (programs.has(source)) return programs.get(source);
  const program = gl.createProgram();
  gl.attachShader(program, compile(gl.VERTEX_SHADER, VERTEX));
  gl.attachShader(program, compile(gl.FRAGMENT_SHADER, source));
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program));
  programs.set(source, program);
  return program;
}

function paint({ source, width, height, seed, time, knobs, palette, aged }) {
  canvas.width = width;
  canvas.height = height;
  gl.viewport(0, 0, width, height);
  const program = programFor(source);
  gl.useProgram(program);
  gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
  gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 3, -1, -1, 3]), gl.STATIC_DRAW);
  gl.enableVertexAttribArray(0);
  gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
  const at = (name) => gl.getUniformLocation(program, name);
  gl.uniform2f(at('resolution'), width, height);
  gl.uniform1f(at('seed'), seed);
  gl.uniform1f(at('time'), time);
  gl.uniform1f(at('aged'), aged);
  gl.uniform1fv(at('knob'), knobs);
  gl.uniform3fv(at('tint'), palette);
  // Strip by strip: one draw of a whole heavy picture would trip the GPU watchdog.
  gl.enable(gl.SCISSOR_TEST);
  for (let y = 0; y < height; y += STRIP) {
    gl.scissor(0, y, width, STRIP);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    gl.finish();
  }
  const pixels = new Uint8Array(width * height * 4);
  gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
  return pixels;
}

for (;;) {
  const answer = await fetch('/next');
  if (answer.status === 204) break;
  const picture = await answer.json();
  try {
    await fetch(`/painted/${picture.id}`, { method: 'POST', body: paint(picture) });
  } catch (error) {
    await fetch(`/failed/${picture.id}`, { method: 'POST', body: String(error) });
  }
}
